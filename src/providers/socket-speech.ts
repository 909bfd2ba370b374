import { ProviderSocket, type ProviderSocketOptions } from './provider-socket.js';
import type { SpareSockets } from './spare-sockets.js';
import { SpeechQueue, type SpeechReading } from './speech-queue.js';
import type { SpeechPart } from './text-to-speech.js';

export interface SocketSpeechOptions
  extends SpeechReading,
    Omit<ProviderSocketOptions, 'spare' | 'onMessage' | 'onBytes' | 'onFailure'> {
  /** Has sockets that are open already, and gets the next one as soon as this text is answered; absent: none are kept. */
  readonly spares?: SpareSockets;
  /** What is said to the provider, in order. */
  readonly messages: readonly string[];
  /** Puts what a message holds into the queue, and ends it with the last one. */
  readonly onMessage: (message: unknown, speech: SpeechQueue) => void;
  readonly onBytes?: (bytes: Uint8Array, speech: SpeechQueue) => void;
}

/** One text's speech over a connection of its own, which is closed when the speech is over or nobody reads on. */
export async function* speakOverSocket(options: SocketSpeechOptions): AsyncGenerator<SpeechPart, void> {
  const { signal, patienceMs, failure } = options;
  if (signal.aborted) return;
  const speaking = new Speaking(options);
  try {
    yield* speaking.speech.read({ signal, patienceMs, failure });
  } finally {
    speaking.close();
  }
}

class Speaking {
  readonly speech = new SpeechQueue();
  readonly #options: SocketSpeechOptions;
  #socket: ProviderSocket;
  #isAnswered = false;

  constructor(options: SocketSpeechOptions) {
    this.#options = options;
    this.#socket = this.#begin(options.spares?.take(options.url));
  }

  close(): void {
    this.#socket.close();
  }

  #begin(spare: ProviderSocketOptions['spare']): ProviderSocket {
    const { messages, onMessage, onBytes, spares: _, ...connection } = this.#options;
    const socket = new ProviderSocket({
      ...connection,
      spare,
      onMessage: (message) => this.#read(() => onMessage(message, this.speech)),
      ...(onBytes && {
        onBytes: (bytes: Uint8Array) => this.#read(() => onBytes(bytes, this.speech)),
      }),
      onFailure: (error) => {
        // A spare one may be gone without our knowing it yet.
        if (spare && !this.#isAnswered) this.#socket = this.#begin(undefined);
        else this.speech.end(error);
      },
    });
    for (const message of messages) socket.send(message);
    return socket;
  }

  #read(take: () => void): void {
    const isFirst = !this.#isAnswered;
    this.#isAnswered = true;
    take();
    // Not sooner: a service that is down, or refuses, isn't asked twice.
    if (isFirst) this.#options.spares?.add(this.#options);
  }
}
