import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { resetSocket } from './reset-socket.js';

const READY_WITHIN_MS = 1_000;
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 50;

/** One address for several processes, as a load balancer has it. */
export interface LoadBalancer {
  /** The address that the processes call their own. */
  readonly url: string;
  /** Where new connections go: to the first of these that says it's ready. */
  backends: readonly string[];
  /** What comes from a process doesn't reach the other side any more, not even that it died: its host is gone. */
  hang(backend: string): void;
  close(): Promise<void>;
}

/** Passes bytes on, and knows of HTTP no more than `/health/ready`. */
export const startLoadBalancer = async (): Promise<LoadBalancer> => {
  const sockets = new Set<Socket>();
  const hung = new Set<string>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A process that is killed resets its connections: that is what the tests are about.
    socket.on('error', () => undefined);
    return socket;
  };

  const pass = async (client: Socket): Promise<void> => {
    const backend = await firstReady(() => balancer.backends.filter((url) => !hung.has(url)));
    if (backend === undefined) return void resetSocket(client);
    const { hostname: host, port } = new URL(backend);
    const upstream = track(connect({ host, port: Number(port) }));
    client.pipe(upstream, { end: false });
    upstream.on('data', (bytes) => {
      if (!hung.has(backend)) client.write(bytes);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => {
      if (hung.has(backend)) return;
      // What a process sends before it closes is to arrive; one that was killed has nothing more to say.
      if (upstream.readableEnded) client.end();
      else resetSocket(client);
    });
  };

  const server = createServer((client) => {
    track(client);
    // A caller of whom nobody knows where to is one that nobody answers.
    pass(client).catch(() => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const balancer: LoadBalancer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    backends: [],
    hang: (backend) => void hung.add(backend),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return balancer;
};

/** `undefined`: none is, for so long that nobody would wait. */
const firstReady = async (backends: () => readonly string[]): Promise<string | undefined> => {
  for (const deadlineMs = performance.now() + PATIENCE_MS; performance.now() < deadlineMs; ) {
    for (const backend of backends()) if (await isReady(backend)) return backend;
    await sleep(LOOK_EVERY_MS);
  }
  return undefined;
};

const isReady = async (backend: string): Promise<boolean> => {
  const signal = AbortSignal.timeout(READY_WITHIN_MS);
  const answer = await fetch(`${backend}/health/ready`, { signal }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
};
