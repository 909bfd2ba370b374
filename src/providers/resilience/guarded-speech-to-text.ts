import type {
  SpeechToText,
  SpeechToTextOptions,
  SpeechToTextStream,
  SpeechToTextTraits,
} from '../speech-to-text.js';
import type { Breaker } from './breaker.js';
import { GuardedStream } from './guarded-stream.js';

/** A speech-to-text behind its circuit breaker: `open` throws at once what `Breaker.begin` throws. */
export class GuardedSpeechToText implements SpeechToText {
  readonly #ear: SpeechToText;
  readonly #breaker: Breaker;

  constructor(ear: SpeechToText, breaker: Breaker) {
    this.#ear = ear;
    this.#breaker = breaker;
  }

  get name(): string {
    return this.#ear.name;
  }

  get defaultModel(): string | undefined {
    return this.#ear.defaultModel;
  }

  traits(model: string | null): SpeechToTextTraits {
    return this.#ear.traits(model);
  }

  open(options: SpeechToTextOptions): SpeechToTextStream {
    return new GuardedStream(this.#breaker, options.signal, () => this.#ear.open(options));
  }
}
