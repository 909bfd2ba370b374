import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { resetSocket } from './reset-socket.js';

/**
 * What becomes of a request. `lost request`: the server never gets it, and its connection breaks; `lost answer`: the server has
 * done it, and its connection breaks; a promise: the server gets it once that resolves.
 */
export type LineFault = 'lost request' | 'lost answer' | Promise<void>;

/** A way to a server that a test can cut. */
export interface TcpProxy {
  /** A URL of the server, through this proxy. */
  urlOf(url: string): string;
  /** Resets every connection and refuses new ones. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** `faultOf` is asked of everything that a client sends. */
export const startTcpProxy = async (
  target: { host: string; port: number },
  faultOf: (request: Buffer) => LineFault | undefined = () => undefined,
): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Cut connections break on both sides: that is the point.
    socket.on('error', () => undefined);
    return socket;
  };
  const server = createServer((client) => {
    const upstream = track(connect(target));
    track(client)
      .pipe(faulty(faultOf, client, upstream))
      .pipe(upstream)
      .pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const cut = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) resetSocket(socket);
    await closed;
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (url) => {
      const through = new URL(url);
      through.host = `127.0.0.1:${port}`;
      return through.href;
    },
    cut,
    restore: () => listen(port),
    close: async () => {
      if (server.listening) await cut();
    },
  };
};

const faulty = (
  faultOf: (request: Buffer) => LineFault | undefined,
  client: Socket,
  upstream: Socket,
): Transform =>
  new Transform({
    transform: (request: Buffer, _encoding, pass) => {
      const fault = faultOf(request);
      if (fault === 'lost request') return void resetSocket(client);
      if (fault === 'lost answer') {
        upstream.unpipe(client);
        upstream.once('data', () => resetSocket(client)).resume();
      }
      if (fault instanceof Promise) void fault.then(() => pass(null, request));
      else pass(null, request);
    },
  });
