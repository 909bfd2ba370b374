import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type SocketServer, startSocketServer } from '../../test/emulators/socket-server.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { SpareSockets } from './spare-sockets.js';

describe('sockets that are opened before they are needed', () => {
  let server: SocketServer;
  beforeEach(async () => {
    server = await startSocketServer(
      () => true,
      () => undefined,
    );
  });
  afterEach(() => server.close());

  const to = (path: string, key = 'sk') => ({
    url: `${server.origin.replace('http', 'ws')}/${path}`,
    headers: { key },
    openWithinMs: 2_000,
    keyVariable: 'ITS_KEY',
    urlVariable: 'ITS_URL',
    failure: (happened: string) => new AppError(ErrorCode.UNAVAILABLE, `It ${happened}`),
  });

  it('keep no process alive', async () => {
    const active = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
    const before = active();
    const spares = new SpareSockets({ idleMs: 60_000 });
    spares.add(to('a'));
    const served = await server.socket(0);
    await served.opened();
    // The server's end of it is in this process, too.
    served.tcp.unref();
    expect(active()).toBe(before);
  });

  it('are few: the oldest makes room', async () => {
    const spares = new SpareSockets({ idleMs: 60_000, most: 2 });
    for (const [n, path] of ['a', 'b', 'c'].entries()) {
      spares.add(to(path));
      await (await server.socket(n)).opened();
    }
    await (await server.socket(0)).closed;
    expect(['a', 'b', 'c', 'c'].map((path) => spares.take(to(path).url) !== undefined)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    for (const { socket } of server.sockets) socket.terminate();
  });

  it('are opened once, however often one is asked for', async () => {
    const spares = new SpareSockets({ idleMs: 60_000 });
    await Promise.all([spares.prepare(to('a')), spares.prepare(to('a'))]);
    expect(spares.take(to('a').url)).toBeDefined();
    expect(spares.take(to('a').url)).toBeUndefined();
  });

  it('are given up when the handshake hangs, and not taken before it is done', async () => {
    server.faults.push('hang');
    const spares = new SpareSockets({ idleMs: 60_000 });
    spares.add({ ...to('a'), openWithinMs: 20 });
    expect(spares.take(to('a').url)).toBeUndefined();
    await (await server.hung(0)).left;
  });

  it('are none where the address or the key is of no use', () => {
    const spares = new SpareSockets({ idleMs: 60_000 });
    const unusable = to('a', 'sk-…');
    spares.add(unusable);
    expect(spares.take(unusable.url)).toBeUndefined();
  });
});
