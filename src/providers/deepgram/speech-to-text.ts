import { knownLanguage } from '../language.js';
import type {
  SpeechToText,
  SpeechToTextOptions,
  SpeechToTextStream,
  SpeechToTextTraits,
} from '../speech-to-text.js';
import type { DeepgramAccount } from './connection.js';
import { FluxStream } from './flux-stream.js';
import { isHeardBy } from './languages.js';
import { NovaStream } from './nova-stream.js';

export interface DeepgramSpeechToTextOptions extends DeepgramAccount {
  /** Where a stream names none. */
  readonly model: string;
}

/** From the caller's stop: the 99th percentile that is known of it. */
const FINAL_WITHIN_MS = 350;

/** Deepgram's Flux models, which decide turns themselves, and its others. */
export class DeepgramSpeechToText implements SpeechToText {
  readonly name = 'deepgram';
  readonly #options: DeepgramSpeechToTextOptions;

  constructor(options: DeepgramSpeechToTextOptions) {
    this.#options = options;
  }

  get defaultModel(): string {
    return this.#options.model;
  }

  traits(model: string | null): SpeechToTextTraits {
    const decidesTurns = isFlux(model ?? this.defaultModel);
    return { finalWithinMs: FINAL_WITHIN_MS, interims: true, decidesTurns };
  }

  open(options: SpeechToTextOptions): SpeechToTextStream {
    const model = options.model ?? this.defaultModel;
    const Stream = isFlux(model) ? FluxStream : NovaStream;
    const language = knownLanguage(options, (tag) => isHeardBy(model, tag));
    return new Stream({ ...this.#options, ...options, model, language });
  }
}

const isFlux = (model: string): boolean => model.startsWith('flux-');
