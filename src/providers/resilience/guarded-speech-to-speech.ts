import type { Usage } from '../language-model.js';
import type {
  SpeechToSpeech,
  SpeechToSpeechOptions,
  SpeechToSpeechStream,
  SpokenAnswerPart,
  SpokenAnswerRequest,
} from '../speech-to-speech.js';
import type { SpeechToTextTraits } from '../speech-to-text.js';
import { answerThatEnds } from './answer-that-ends.js';
import type { Breaker } from './breaker.js';
import { GuardedStream } from './guarded-stream.js';
import { tookTooLong } from './took-too-long.js';

/** A speech-to-speech behind its circuit breaker: `open` throws at once what `Breaker.begin` throws. */
export class GuardedSpeechToSpeech implements SpeechToSpeech {
  readonly #speech: SpeechToSpeech;
  readonly #breaker: Breaker;

  constructor(speech: SpeechToSpeech, breaker: Breaker) {
    this.#speech = speech;
    this.#breaker = breaker;
  }

  get name(): string {
    return this.#speech.name;
  }

  get defaultModel(): string | undefined {
    return this.#speech.defaultModel;
  }

  traits(options: Pick<SpeechToSpeechOptions, 'model' | 'decidesTurns'>): SpeechToTextTraits {
    return this.#speech.traits(options);
  }

  open(options: SpeechToSpeechOptions): SpeechToSpeechStream {
    return new GuardedConversation(this.name, this.#breaker, options.signal, () =>
      this.#speech.open(options),
    );
  }
}

/** Each answer counts as well, beside the transcripts. */
class GuardedConversation extends GuardedStream<SpeechToSpeechStream> implements SpeechToSpeechStream {
  readonly #provider: string;

  /** As of `GuardedStream`. */
  constructor(provider: string, breaker: Breaker, signal: AbortSignal, open: () => SpeechToSpeechStream) {
    super(breaker, signal, open);
    this.#provider = provider;
  }

  get tokens(): Usage | null {
    return this.stream.tokens;
  }

  truncate(answer: string, heardMs: number): void {
    this.stream.truncate(answer, heardMs);
  }

  async *answer(request: SpokenAnswerRequest): AsyncGenerator<SpokenAnswerPart, void> {
    const { signal } = request;
    const onAbort = (): void => {
      if (tookTooLong(signal)) this.fail(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const who = { provider: this.#provider, capability: 'speechToSpeech' } as const;
    try {
      for await (const part of answerThatEnds(who, this.stream.answer(request))) {
        if (part.type === 'done') this.succeed();
        yield part;
      }
    } catch (error) {
      this.fail(error);
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}
