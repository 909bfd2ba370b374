import type { SpeechToTextStream, Transcript } from '../speech-to-text.js';
import type { Attempt, Breaker } from './breaker.js';

/**
 * A stream lasts as long as its call: each final transcript is a success, what ends it may be a failure, and a new attempt
 * begins after each. A stream that works isn't ended because others fail.
 */
export class GuardedStream<S extends SpeechToTextStream> implements SpeechToTextStream {
  readonly transcripts: AsyncIterable<Transcript>;
  protected readonly stream: S;
  readonly #breaker: Breaker;
  readonly #signal: AbortSignal;
  #attempt: Attempt;
  /** What ends the stream ends what else it does, too: that's one failure. */
  #failedWith: unknown;

  /** Throws what `Breaker.begin` throws before it opens anything. `signal` is the stream's. */
  constructor(breaker: Breaker, signal: AbortSignal, open: () => S) {
    this.#breaker = breaker;
    this.#signal = signal;
    this.#attempt = breaker.begin(signal);
    try {
      this.stream = open();
    } catch (error) {
      this.#attempt.fail(error);
      throw error;
    }
    this.transcripts = this.#watched(this.stream.transcripts);
  }

  get heardMs(): number {
    return this.stream.heardMs;
  }

  write(frame: Uint8Array, voiced: boolean): void {
    this.stream.write(frame, voiced);
  }

  finalize(): void {
    this.stream.finalize();
  }

  protected succeed(): void {
    this.#attempt.succeed();
    this.#beginNext();
  }

  protected fail(error: unknown): void {
    if (error === this.#failedWith) return;
    this.#failedWith = error;
    this.#attempt.fail(error);
    this.#beginNext();
  }

  async *#watched(transcripts: AsyncIterable<Transcript>): AsyncGenerator<Transcript, void> {
    try {
      for await (const transcript of transcripts) {
        if (transcript.final) this.succeed();
        yield transcript;
      }
    } catch (error) {
      this.fail(error);
      throw error;
    } finally {
      this.#attempt.release();
    }
  }

  #beginNext(): void {
    try {
      this.#attempt = this.#breaker.begin(this.#signal);
    } catch {
      // The breaker is open: what this stream does counts no more.
    }
  }
}
