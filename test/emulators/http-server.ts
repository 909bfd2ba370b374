import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface HttpServer {
  /** `http://127.0.0.1:…`. */
  readonly origin: string;
  /** Of clients, in their order, those that are gone too. */
  readonly connections: readonly Socket[];
  close(): Promise<void>;
}

/** A server on a port of this machine. */
export const startHttpServer = async (
  answer: (request: IncomingMessage, response: ServerResponse<IncomingMessage>) => Promise<void>,
): Promise<HttpServer> => {
  const server = createServer((request, response) => {
    // A client that hangs up in the middle of its request is gone, and gets no answer.
    answer(request, response).catch(() => response.destroy());
  });
  // A client isn't told how long it may keep a connection, as the providers don't tell it.
  server.keepAliveTimeout = 0;
  const connections: Socket[] = [];
  server.on('connection', (socket) => connections.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Resolves when the client hung up before it had the whole answer. */
export const hangUpOf = (response: ServerResponse): Promise<void> =>
  once(response, 'close').then(() =>
    response.writableFinished ? new Promise<void>(() => undefined) : undefined,
  );
