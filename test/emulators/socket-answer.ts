import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ServedSocket, SocketFault } from './socket-server.js';

/** How an answer of several messages comes: by default at once, and whole. */
export interface AnswerScript {
  /** `stall half-way` and those of `ServedSocket.fail` come after half of the answer, `stall` instead of it. */
  readonly fault?: SocketFault | 'stall half-way';
  /** Waited for between two messages: a delay, or a gate that a test opens. */
  readonly betweenMessages?: () => Promise<unknown>;
}

/** The fault of a script that concerns its handshake or its first message. */
export const socketFaultOf = ({ fault }: AnswerScript): SocketFault | undefined =>
  fault === 'stall half-way' ? undefined : fault;

/** Sends an answer's messages as the script says: objects as JSON, bytes as binary messages. */
export const deliver = async (
  served: ServedSocket,
  answer: readonly object[],
  { fault, betweenMessages = nextTurn }: AnswerScript,
): Promise<void> => {
  if (fault === 'stall') return;
  const { socket } = served;
  const count = fault === undefined ? answer.length : Math.floor(answer.length / 2);
  for (const [n, message] of answer.slice(0, count).entries()) {
    if (n > 0) await betweenMessages();
    if (socket.readyState !== socket.OPEN) return;
    socket.send(message instanceof Uint8Array ? message : JSON.stringify(message));
  }
  if (fault !== undefined && fault !== 'stall half-way') served.fail(fault);
};
