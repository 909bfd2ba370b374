import { ProviderSocket, type ProviderSocketOptions } from './provider-socket.js';
import { SpeechQueue, type SpeechReading } from './speech-queue.js';
import type { SpeechPart } from './text-to-speech.js';

export interface SocketSpeechOptions
  extends SpeechReading,
    Omit<ProviderSocketOptions, 'onMessage' | 'onBytes' | 'onFailure'> {
  /** What is said to the provider, in order. */
  readonly messages: readonly string[];
  /** Puts what a message holds into the queue, and ends it with the last one. */
  readonly onMessage: (message: unknown, speech: SpeechQueue) => void;
  readonly onBytes?: (bytes: Uint8Array, speech: SpeechQueue) => void;
}

/** One text's speech over a connection of its own, which is closed when the speech is over or nobody reads on. */
export async function* speakOverSocket(options: SocketSpeechOptions): AsyncGenerator<SpeechPart, void> {
  const { signal, patienceMs, failure, messages, onMessage, onBytes, ...connection } = options;
  if (signal.aborted) return;
  const speech = new SpeechQueue();
  const socket = new ProviderSocket({
    ...connection,
    failure,
    onMessage: (message) => onMessage(message, speech),
    ...(onBytes && { onBytes: (bytes: Uint8Array) => onBytes(bytes, speech) }),
    onFailure: (error) => speech.end(error),
  });
  try {
    for (const message of messages) socket.send(message);
    yield* speech.read({ signal, patienceMs, failure });
  } finally {
    socket.close();
  }
}
