import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { Arrivals } from './arrivals.js';
import { ServedSocket, type SocketFault, urlOf } from './served-socket.js';

export type { ServedSocket, SocketFault } from './served-socket.js';

export interface SocketServer {
  /** `http://127.0.0.1:…`. */
  readonly origin: string;
  readonly sockets: readonly ServedSocket[];
  /** For the next handshakes, in order. */
  readonly faults: (SocketFault | undefined)[];
  /** The socket with this number, from 0, as soon as it's there. */
  socket(number: number): Promise<ServedSocket>;
  /** The handshake with this number, from 0, that hangs, as soon as it's there; `left`: its client gave it up. */
  hung(number: number): Promise<{ readonly left: Promise<unknown> }>;
  close(): Promise<void>;
}

/**
 * WebSockets on a port of this machine. `authorize`: whether the handshake shows a key where one is wanted. `nextFault` is
 * called for each handshake, right before its `onSocket`; by default it takes the next of `faults`.
 */
export const startSocketServer = async (
  authorize: (headers: IncomingHttpHeaders, url: URL) => boolean,
  onSocket: (served: ServedSocket) => void,
  nextFault?: () => SocketFault | undefined,
): Promise<SocketServer> => {
  const faults: (SocketFault | undefined)[] = [];
  const sockets = new Arrivals<ServedSocket>();
  const hanging = new Arrivals<{ readonly tcp: Socket; readonly left: Promise<unknown> }>();
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer((_request, response) => response.writeHead(404).end());
  const connections = new Set<Socket>();
  server.on('connection', (tcp) => connections.add(tcp));
  server.on('upgrade', (request: IncomingMessage, tcp: Socket, head: Buffer) => {
    tcp.on('error', () => undefined);
    const fault = nextFault ? nextFault() : faults.shift();
    const isWelcome = authorize(request.headers, urlOf(request));
    const status = typeof fault === 'number' ? fault : isWelcome ? null : 401;
    if (status !== null) {
      tcp.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n\r\n{"secret":1}`);
      return;
    }
    if (fault === 'hang') {
      hanging.push({ tcp, left: once(tcp, 'end') });
      tcp.resume();
      return;
    }
    webSockets.handleUpgrade(request, tcp, head, (socket) => {
      const served = new ServedSocket(socket, tcp, request, fault);
      onSocket(served);
      sockets.push(served);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets: sockets.items,
    faults,
    socket: (number) => sockets.at(number),
    hung: (number) => hanging.at(number),
    async close() {
      server.close();
      // Those in the middle of their handshake are among them.
      for (const tcp of connections) tcp.destroy();
      await once(server, 'close');
    },
  };
};
