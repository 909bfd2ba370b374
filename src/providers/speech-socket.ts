import { Patience } from './patience.js';
import { ProviderSocket, type ProviderSocketOptions } from './provider-socket.js';
import type { Transcript } from './speech-to-text.js';
import { TranscriptQueue } from './transcript-queue.js';

export interface SpeechSocketOptions extends Omit<ProviderSocketOptions, 'openWithinMs' | 'onFailure'> {
  /** The call's: closes the socket at once. */
  readonly signal: AbortSignal;
  /** How long the provider may take to connect, and may be silent while it owes a transcript. */
  readonly patienceMs: number;
  /** The last message, where the provider wants one. */
  readonly goodbye?: string;
  /** Called once, when it's over, whoever ended it. */
  readonly onEnd?: () => void;
}

/** A socket that hears a caller: what goes wrong with it ends its transcripts with an error. */
export class SpeechSocket {
  readonly transcripts: TranscriptQueue;
  readonly #options: SpeechSocketOptions;
  readonly #socket: ProviderSocket | null;
  readonly #abort = (): void => {
    this.transcripts.abandon();
    this.#close(null);
  };
  readonly #patience: Patience;
  #isOver = false;

  constructor(options: SpeechSocketOptions) {
    this.#options = options;
    this.transcripts = new TranscriptQueue(this.#abort);
    this.#patience = new Patience(options.patienceMs, () => this.#giveUp());
    const { signal } = options;
    if (signal.aborted) {
      this.#socket = null;
      this.#end(null);
      return;
    }
    this.#socket = new ProviderSocket({
      ...options,
      openWithinMs: options.patienceMs,
      onMessage: (message) => {
        this.#patience.renew();
        options.onMessage(message);
      },
      onFailure: (error) => this.#end(error),
    });
    signal.addEventListener('abort', this.#abort, { once: true });
  }

  send(data: string | Uint8Array): void {
    this.#socket?.send(data);
  }

  push(transcript: Transcript): void {
    this.transcripts.push(transcript);
  }

  /** The provider owes something: silence from here on is a failure. */
  awaitAnswer(): void {
    if (!this.#isOver) this.#patience.begin();
  }

  /** It owes nothing any more. */
  answered(): void {
    this.#patience.end();
  }

  #giveUp(): void {
    const { failure, patienceMs } = this.#options;
    this.#close(failure(`sent nothing for ${patienceMs} ms.`, { retryable: true }));
  }

  #close(error: Error | null): void {
    this.#socket?.close(this.#options.goodbye);
    this.#end(error);
  }

  #end(error: Error | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.answered();
    const { signal, onEnd } = this.#options;
    signal.removeEventListener('abort', this.#abort);
    this.transcripts.end(error);
    onEnd?.();
  }
}
