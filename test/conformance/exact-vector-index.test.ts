import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createExactIndex } from '../../src/knowledge/exact-index.js';
import { isSameSpace, type VectorIndex, type VectorSpace } from '../../src/knowledge/vector-index.js';
import { describeVectorIndex, query, space, vectorOf } from './vector-index.js';

interface Stored {
  readonly space: VectorSpace;
  readonly vectors: readonly Float32Array[];
}

const signal = new AbortController().signal;

/** What the object store and the read model hold, with an index over them. */
const createWorld = (maxKeptBytes?: number) => {
  const tenants = new Map<string, Map<string, Stored>>();
  const loads: string[] = [];
  const index = createExactIndex({
    load: async (tenantId, documentId) => {
      loads.push(`${tenantId}/${documentId}`);
      const stored = tenants.get(tenantId)?.get(documentId);
      if (!stored) throw new Error(`${documentId} is not there`);
      return stored.vectors;
    },
    documentsOf: async (tenantId, asked) =>
      [...(tenants.get(tenantId) ?? [])]
        .filter(([, { space: its }]) => isSameSpace(its, asked))
        .map(([documentId]) => documentId),
    ...(maxKeptBytes === undefined ? {} : { maxKeptBytes }),
  });
  const store = (tenantId: string, documentId: string, stored: Stored) =>
    tenants.set(tenantId, (tenants.get(tenantId) ?? new Map<string, Stored>()).set(documentId, stored));
  const stored: VectorIndex = {
    async put(tenantId, documentId, its, vectors) {
      store(tenantId, documentId, { space: its, vectors });
      await index.put(tenantId, documentId, its, vectors);
    },
    async remove(tenantId, documentId) {
      tenants.get(tenantId)?.delete(documentId);
      await index.remove(tenantId, documentId);
    },
    search: (asked, given) => index.search(asked, given),
    close: () => index.close(),
  };
  return { index: stored, store, loads, tenants };
};

describeVectorIndex('a thread of this process', async () => {
  const { index } = createWorld();
  return { index, close: () => index.close() };
});

describe('the exact index', () => {
  let index: VectorIndex | undefined;
  afterEach(() => index?.close());

  const world = (maxKeptBytes?: number) => {
    const made = createWorld(maxKeptBytes);
    index = made.index;
    return made;
  };
  const oneVector = { space, vectors: [vectorOf(1, 0, 0)] };

  it('sees what another process stored and removed', async () => {
    const { index, store, tenants } = world();
    store('one', 'a', oneVector);
    expect(await index.search(query('one'), signal)).toHaveLength(1);
    store('one', 'b', oneVector);
    expect(await index.search(query('one'), signal)).toHaveLength(2);
    tenants.get('one')?.delete('a');
    expect(await index.search(query('one'), signal)).toMatchObject([{ documentId: 'b' }]);
  });

  it('loads a document once, for searches at the same time too', async () => {
    const { index, store, loads } = world();
    store('one', 'a', oneVector);
    await Promise.all([index.search(query('one'), signal), index.search(query('one'), signal)]);
    await index.search(query('one'), signal);
    expect(loads).toEqual(['one/a']);
  });

  it('forgets who searched longest ago when it keeps too much', async () => {
    const bytes = 2 * space.dimensions * Float32Array.BYTES_PER_ELEMENT;
    const { index, store, loads } = world(bytes);
    for (const tenantId of ['one', 'two', 'three']) store(tenantId, 'a', oneVector);
    for (const tenantId of ['one', 'two', 'one', 'three', 'one', 'two']) {
      expect(await index.search(query(tenantId), signal)).toHaveLength(1);
    }
    expect(loads).toEqual(['one/a', 'two/a', 'three/a', 'two/a']);
  });

  it('searches what is larger than all its room', async () => {
    const { index, store } = world(1);
    for (let n = 0; n < 20; n++) store('one', `document ${n}`, oneVector);
    expect(await index.search(query('one', { limit: 50 }), signal)).toHaveLength(20);
    expect(await index.search(query('one', { limit: 50 }), signal)).toHaveLength(20);
  });

  it('tries again to load what failed', async () => {
    const { index, store } = world();
    store('one', 'a', { space, vectors: [vectorOf(1, 0)] });
    await expect(index.search(query('one'), signal)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'The vectors of a have 2 numbers, and 3 are asked for.',
    });
    store('one', 'a', oneVector);
    expect(await index.search(query('one'), signal)).toHaveLength(1);
  });

  it('starts its thread anew when that ended', async () => {
    const threads: Worker[] = [];
    const note = (message: unknown) => threads.push((message as { worker: Worker }).worker);
    subscribe('worker_threads', note);
    const { index, store } = world();
    store('one', 'a', oneVector);
    await index.search(query('one'), signal);
    await threads[0]?.terminate();
    expect(await index.search(query('one'), signal)).toHaveLength(1);
    unsubscribe('worker_threads', note);
    expect(threads).toHaveLength(2);
  });
});
