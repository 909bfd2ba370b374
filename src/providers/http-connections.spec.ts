import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Arrivals } from '../../test/emulators/arrivals.js';
import { type HttpServer, startHttpServer } from '../../test/emulators/http-server.js';
import { HttpConnections } from './http-connections.js';

describe('a connection that is opened in advance', () => {
  let server: HttpServer;
  let requests: Arrivals<IncomingMessage>;
  let isMute: boolean;
  beforeEach(async () => {
    requests = new Arrivals();
    isMute = false;
    server = await startHttpServer(async (request, response) => {
      requests.push(request);
      if (!isMute) response.writeHead(404).end('{"error":"Unknown"}');
    });
  });
  afterEach(() => server.close());

  it('is asked for nothing, and shown no key', async () => {
    await new HttpConnections().warmUp(`${server.origin}/v1`);
    expect(requests.items.map(({ method, url }) => `${method} ${url}`)).toEqual(['OPTIONS /v1']);
    expect(Object.keys(requests.items[0]?.headers ?? {}).sort()).toEqual(['connection', 'host']);
  });

  it('is one only, as long as it is free', async () => {
    const connections = new HttpConnections();
    await connections.warmUp(server.origin);
    await nextTurn();
    await nextTurn();
    await connections.warmUp(server.origin);
    expect(requests.items).toHaveLength(1);
    isMute = true;
    const busy = connections.fetch(server.origin, { method: 'POST' }).catch(() => undefined);
    await requests.at(1);
    isMute = false;
    await connections.warmUp(server.origin);
    expect(server.connections).toHaveLength(2);
    server.connections[0]?.destroy();
    await busy;
  });

  it('is waited for only so long', async () => {
    isMute = true;
    const warming = new HttpConnections({ openWithinMs: 20 }).warmUp(server.origin);
    await expect(warming).rejects.toThrow('timeout');
  });
});
