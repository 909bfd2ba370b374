import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VectorIndex, VectorQuery } from '../../src/knowledge/vector-index.js';

export const space = { provider: 'test', model: 'one', dimensions: 3 };

/** A vector of length 1. */
export const vectorOf = (...numbers: readonly number[]): Float32Array => {
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (value) => value / length);
};

export const query = (tenantId: string, given: Partial<VectorQuery> = {}): VectorQuery => ({
  tenantId,
  space,
  vector: vectorOf(1, 0, 0),
  limit: 10,
  minScore: -1,
  documentIds: null,
  ...given,
});

const never = new AbortController().signal;

export interface IndexUnderTest {
  readonly index: VectorIndex;
  close(): Promise<void>;
}

/** The port's contract: every adapter passes it. */
export const describeVectorIndex = (name: string, start: () => Promise<IndexUnderTest>): void => {
  describe(`the vector index on ${name}`, () => {
    let subject: IndexUnderTest;
    let index: VectorIndex;
    beforeAll(async () => {
      subject = await start();
      index = subject.index;
    });
    afterAll(() => subject.close());

    const newTenant = () => `tnt_${randomUUID()}`;
    const found = async (given: VectorQuery) =>
      (await index.search(given, never)).map(({ documentId, chunk }) => `${documentId}#${chunk}`);

    it('finds the nearest chunks, the best first, with their cosine', async () => {
      const tenantId = newTenant();
      await index.put(tenantId, 'a', space, [vectorOf(0, 1, 0), vectorOf(1, 1, 0)]);
      await index.put(tenantId, 'b', space, [vectorOf(1, 0, 0), vectorOf(-1, 0, 0)]);
      const hits = await index.search(query(tenantId), never);
      expect(hits.map(({ documentId, chunk }) => `${documentId}#${chunk}`)).toEqual([
        'b#0',
        'a#1',
        'a#0',
        'b#1',
      ]);
      expect(hits.map(({ score }) => score)).toEqual(
        [1, Math.SQRT1_2, 0, -1].map((score) => expect.closeTo(score, 5)),
      );
    });

    it('finds no more than asked for, and nothing below the least score', async () => {
      const tenantId = newTenant();
      await index.put(tenantId, 'a', space, [vectorOf(1, 0, 0), vectorOf(1, 1, 0), vectorOf(0, 1, 0)]);
      expect(await found(query(tenantId, { limit: 1 }))).toEqual(['a#0']);
      expect(await found(query(tenantId, { minScore: 0.5 }))).toEqual(['a#0', 'a#1']);
    });

    it("never finds another tenant's", async () => {
      const [mine, theirs] = [newTenant(), newTenant()];
      await index.put(theirs, 'a', space, [vectorOf(1, 0, 0)]);
      expect(await found(query(mine))).toEqual([]);
      expect(await found(query(mine, { documentIds: ['a'] }))).toEqual([]);
      await index.put(mine, 'a', space, [vectorOf(0, 1, 0)]);
      await index.remove(mine, 'a');
      expect(await found(query(mine))).toEqual([]);
      expect(await found(query(theirs))).toEqual(['a#0']);
    });

    it('looks only into the documents that it is given', async () => {
      const tenantId = newTenant();
      for (const documentId of ['a', 'b', 'c'])
        await index.put(tenantId, documentId, space, [vectorOf(1, 0, 0)]);
      expect((await found(query(tenantId, { documentIds: ['a', 'c'] }))).sort()).toEqual(['a#0', 'c#0']);
      expect(await found(query(tenantId, { documentIds: [] }))).toEqual([]);
    });

    it('replaces what a document had, also where it had more', async () => {
      const tenantId = newTenant();
      await index.put(tenantId, 'a', space, [vectorOf(1, 0, 0), vectorOf(0, 1, 0)]);
      expect(await found(query(tenantId))).toEqual(['a#0', 'a#1']);
      await index.put(tenantId, 'a', space, [vectorOf(-1, 0, 0)]);
      const hits = await index.search(query(tenantId), never);
      expect(hits).toEqual([{ documentId: 'a', chunk: 0, score: expect.closeTo(-1, 5) }]);
    });

    it('keeps apart what another provider made', async () => {
      const tenantId = newTenant();
      const other = { provider: 'test', model: 'other', dimensions: 2 };
      await index.put(tenantId, 'a', space, [vectorOf(1, 0, 0)]);
      await index.put(tenantId, 'b', other, [vectorOf(1, 0)]);
      expect(await found(query(tenantId))).toEqual(['a#0']);
      expect(await found(query(tenantId, { space: other, vector: vectorOf(1, 0) }))).toEqual(['b#0']);
      await index.put(tenantId, 'a', other, [vectorOf(0, 1)]);
      expect(await found(query(tenantId))).toEqual([]);
      expect(await found(query(tenantId, { space: other, vector: vectorOf(1, 0) }))).toEqual(['b#0', 'a#0']);
    });

    it('removes a document, also one that it never had', async () => {
      const tenantId = newTenant();
      await index.put(tenantId, 'a', space, [vectorOf(1, 0, 0)]);
      await index.put(tenantId, 'b', space, [vectorOf(1, 0, 0)]);
      await index.remove(tenantId, 'a');
      await index.remove(tenantId, 'z');
      expect(await found(query(tenantId))).toEqual(['b#0']);
    });

    it('holds many chunks', async () => {
      const tenantId = newTenant();
      const angles = Array.from({ length: 1_500 }, (_, n) => (n / 1_499) * Math.PI);
      const vectors = angles.map((angle) => vectorOf(Math.cos(angle), Math.sin(angle), 0));
      await index.put(tenantId, 'a', space, vectors);
      expect(await found(query(tenantId, { limit: 3 }))).toEqual(['a#0', 'a#1', 'a#2']);
      expect(
        await index.search(query(tenantId, { vector: vectorOf(-1, 0, 0), limit: 1 }), never),
      ).toMatchObject([{ chunk: 1_499 }]);
    });

    it('ends a search at once when the signal aborts, before and meanwhile', async () => {
      await expect(index.search(query(newTenant()), AbortSignal.abort(new Error('over')))).rejects.toThrow(
        'over',
      );
      const abort = new AbortController();
      const searching = index.search(query(newTenant()), abort.signal);
      abort.abort(new Error('over meanwhile'));
      await expect(searching).rejects.toThrow('over meanwhile');
    });
  });
};
