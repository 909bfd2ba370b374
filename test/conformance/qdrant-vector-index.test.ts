import { afterEach, describe, expect, it } from '@jest/globals';
import { createQdrantIndex } from '../../src/knowledge/qdrant-index.js';
import { type QdrantEmulator, startQdrantEmulator } from '../emulators/qdrant/emulator.js';
import { describeVectorIndex, query, space, vectorOf } from './vector-index.js';

const KEY = 'qdrant-key-that-nobody-may-read';
const signal = new AbortController().signal;

describeVectorIndex('Qdrant', async () => {
  const server = await startQdrantEmulator(KEY);
  const index = createQdrantIndex({ url: server.origin, apiKey: KEY });
  return {
    index,
    async close() {
      await index.close();
      await server.close();
    },
  };
});

describe('the index on Qdrant', () => {
  let server: QdrantEmulator | undefined;
  afterEach(() => server?.close());

  const start = async (apiKey: string | null = null) => {
    server = await startQdrantEmulator(apiKey);
    return server;
  };
  const vectors = [vectorOf(1, 0, 0)];

  it('makes a collection for each space, with an index by tenant', async () => {
    const { origin, collections } = await start();
    const index = createQdrantIndex({ url: origin });
    await index.put('tenant', 'a', space, vectors);
    await index.put('tenant', 'b', { provider: 'test', model: 'Text/3 small', dimensions: 3 }, vectors);
    expect([...collections.keys()]).toEqual([
      'ledgerline_test_one_3',
      'ledgerline_test__84_ext_47_3_32_small_3',
    ]);
    for (const { indexes } of collections.values()) expect([...indexes]).toEqual(['tenantId', 'documentId']);
  });

  it('takes the collection that another process made', async () => {
    const { origin } = await start();
    await createQdrantIndex({ url: origin }).put('tenant', 'a', space, vectors);
    const index = createQdrantIndex({ url: origin });
    await index.put('tenant', 'b', space, vectors);
    expect(await index.search(query('tenant'), signal)).toHaveLength(2);
  });

  it('says which server is away, and never the key', async () => {
    const { origin } = await start();
    await server?.close();
    const index = createQdrantIndex({ url: origin.replace('//', '//user:password@'), apiKey: KEY });
    const failure = await index.search(query('tenant'), signal).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'UNAVAILABLE',
      message: `Qdrant at ${new URL(origin).host} (QDRANT_URL) can't be reached.`,
    });
    expect(JSON.stringify(failure)).not.toContain(KEY);
    await expect(index.put('tenant', 'a', space, vectors)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(index.remove('tenant', 'a')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    server = undefined;
  });

  it('says that the key is refused', async () => {
    const { origin } = await start(KEY);
    const index = createQdrantIndex({ url: origin, apiKey: 'another' });
    await expect(index.search(query('tenant'), signal)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/\(QDRANT_URL\) refuses the key \(401\): look at QDRANT_API_KEY\.$/),
    });
  });

  it('waits no longer than its time', async () => {
    const emulator = await start();
    emulator.fault = 'silence';
    const index = createQdrantIndex({ url: emulator.origin, timeoutMs: 50 });
    await expect(index.search(query('tenant'), signal)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/gave no answer for 50 ms\.$/),
    });
  });

  it('ends at once while the server is silent, when the signal aborts', async () => {
    const emulator = await start();
    emulator.fault = 'silence';
    const abort = new AbortController();
    const searching = createQdrantIndex({ url: emulator.origin }).search(query('tenant'), abort.signal);
    abort.abort(new Error('over'));
    await expect(searching).rejects.toThrow('over');
  });

  it('says what the server answered', async () => {
    const emulator = await start();
    emulator.fault = 503;
    await expect(createQdrantIndex({ url: emulator.origin }).remove('tenant', 'a')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/answered 503\.$/),
    });
  });
});
