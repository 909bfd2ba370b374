import type { Socket } from 'node:net';

/** Breaks a connection with a TCP reset. */
export const resetSocket = (socket: Socket | null | undefined): void => {
  // Node 20 loses a socket that is reset while it's being shut down: it stays open, and its process never exits.
  if (socket?.writable) socket.resetAndDestroy();
  else socket?.destroy();
};
