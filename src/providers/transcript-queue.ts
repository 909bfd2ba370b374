import { ReaderQueue } from './reader-queue.js';
import type { Transcript } from './speech-to-text.js';

/** What was heard, in order, for one reader. An interim that nobody read yet is replaced by the next transcript. */
export class TranscriptQueue implements AsyncIterable<Transcript> {
  readonly #queue = new ReaderQueue<Transcript>();
  readonly #onLeft: () => void;

  /** `onLeft`: the reader wants no more, before the end. */
  constructor(onLeft: () => void = () => undefined) {
    this.#onLeft = onLeft;
  }

  push(transcript: Transcript): void {
    // What a provider says of turns is said once.
    this.#queue.replace(transcript, ({ final, turn }) => !final && turn === undefined);
  }

  /** No more will come. The reader gets what is waiting, and then the error, once. */
  end(error: Error | null = null): void {
    this.#queue.end(error);
  }

  /** It's over, and what is waiting is nobody's any more. */
  abandon(): void {
    this.#queue.abandon();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Transcript, void, undefined> {
    try {
      yield* this.#queue.read();
    } finally {
      if (!this.#queue.isEnded) this.#onLeft();
    }
  }
}
