import { ReaderQueue } from './reader-queue.js';
import type { Failure } from './service.js';
import type { SpeechPart } from './text-to-speech.js';

export interface SpeechReading {
  /** Ends it at once, without an error. */
  readonly signal: AbortSignal;
  /** How long the provider may keep us waiting, for the first part and for each further one. */
  readonly patienceMs: number;
  readonly failure: Failure;
}

/** One text's speech as a provider sends it, in order, for one reader. */
export class SpeechQueue {
  readonly #queue = new ReaderQueue<SpeechPart>();
  #isLeft = false;

  get isOver(): boolean {
    return this.#queue.isEnded || this.#isLeft;
  }

  push(part: SpeechPart): void {
    this.#queue.push(part);
  }

  /** No more will come. The reader gets what is waiting, and then the error. */
  end(error: Error | null = null): void {
    this.#queue.end(error);
  }

  /** Throws what it was ended with, and UNAVAILABLE for silence: a provider that waits, or sends no audio at all. */
  async *read({ signal, patienceMs, failure }: SpeechReading): AsyncGenerator<SpeechPart, void> {
    const late = () => failure(`sent nothing for ${patienceMs} ms.`, { retryable: true });
    let isSilent = true;
    try {
      for await (const part of this.#queue.read({ signal, patience: { ms: patienceMs, late } })) {
        if (part instanceof Uint8Array) isSilent = false;
        yield part;
      }
    } finally {
      this.#isLeft = true;
    }
    if (isSilent && !signal.aborted) throw failure('sent no audio.', { retryable: true });
  }
}
