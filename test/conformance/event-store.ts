import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ErrorCode } from '../../src/domain/errors.js';
import {
  type EncodedEvent,
  type EventStore,
  MAX_APPEND_BYTES,
  type StoredEvent,
} from '../../src/ledger/event-store.js';

const tenantId = 'tnt_00000000000000000000000001';

const event = (type = 'Happened', body: object = { n: 1 }): EncodedEvent => ({
  id: randomUUID(),
  type,
  schemaVersion: 1,
  data: JSON.stringify(body),
  metadata: {
    $correlationId: 'correlation',
    $causationId: 'command',
    tenantId,
    actor: { type: 'platform', id: 'test' },
    occurredAt: '2026-11-21T12:00:00.000Z',
  },
});

const newStream = (): string => `call-00000000000000000000000001_${randomUUID().replaceAll('-', '')}`;

const idsOf = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id);

/** A store of a running server, and a second one on the same server: another process. */
export interface StoreUnderTest {
  readonly store: EventStore;
  readonly other: EventStore;
  close(): Promise<void>;
}

/** The port's contract: every adapter passes it. */
export const describeEventStore = (name: string, start: () => Promise<StoreUnderTest>): void => {
  describe(`the event store on ${name}`, () => {
    let subject: StoreUnderTest;
    let store: EventStore;
    beforeAll(async () => {
      subject = await start();
      store = subject.store;
    });
    afterAll(() => subject.close());

    const append = (stream: string, events: EncodedEvent[], expectedRevision: number | 'none') =>
      store.append(stream, events, { expectedRevision, tenantId });

    it('gives back what was appended, with dense revisions from 0 and growing positions', async () => {
      const stream = newStream();
      const events = [event('A'), event('B', { text: 'ünïcode \u0000 ✓ \ud800' }), event('C')];
      const first = await append(stream, events.slice(0, 2), 'none');
      const second = await append(stream, events.slice(2), first.revision);
      const read = await store.readStream(stream);
      expect(read.map(({ type, revision }) => [type, revision])).toEqual([
        ['A', 0],
        ['B', 1],
        ['C', 2],
      ]);
      expect(read.map(({ id, data, metadata }) => ({ id, data, metadata }))).toEqual(
        events.map(({ id, data, metadata }) => ({ id, data, metadata })),
      );
      expect([first.revision, second.revision]).toEqual([1, 2]);
      expect(second.position).toBe(read[2]?.position);
      expect(store.comparePositions(read[0]?.position ?? '', read[2]?.position ?? '')).toBeLessThan(0);
    });

    it('reads a stream from a revision on, and nothing of a stream that does not exist', async () => {
      const stream = newStream();
      await append(stream, [event('A'), event('B'), event('C')], 'none');
      expect((await store.readStream(stream, { fromRevision: 1 })).map(({ type }) => type)).toEqual([
        'B',
        'C',
      ]);
      expect(await store.readStream(stream, { fromRevision: 3 })).toEqual([]);
      expect(await store.readStream(newStream())).toEqual([]);
    });

    it('refuses an append at another revision, and says which one the stream has', async () => {
      const stream = newStream();
      await append(stream, [event(), event()], 'none');
      const conflict = { code: ErrorCode.CONFLICT, details: expect.objectContaining({ actualRevision: 1 }) };
      await expect(append(stream, [event()], 'none')).rejects.toMatchObject(conflict);
      await expect(append(stream, [event()], 0)).rejects.toMatchObject(conflict);
      await expect(append(stream, [event()], 7)).rejects.toMatchObject(conflict);
      await expect(append(newStream(), [event()], 0)).rejects.toMatchObject({
        code: ErrorCode.CONFLICT,
        details: expect.objectContaining({ actualRevision: -1 }),
      });
      expect(await store.readStream(stream)).toHaveLength(2);
    });

    it('stores an append that is sent again once, and answers as it did the first time', async () => {
      const stream = newStream();
      const events = [event('A'), event('B')];
      const first = await append(stream, events, 'none');
      await append(stream, [event('C')], 1);
      expect(await append(stream, events, 'none')).toEqual(first);
      expect((await store.readStream(stream)).map(({ type }) => type)).toEqual(['A', 'B', 'C']);
    });

    it('does not take the start of another append for a copy', async () => {
      const stream = newStream();
      const [a, b] = [event('A'), event('B')];
      await append(stream, [a], 'none');
      await expect(append(stream, [a, b], 'none')).rejects.toMatchObject({ code: ErrorCode.CONFLICT });
    });

    it('lets one of many appends at the same revision win', async () => {
      const stream = newStream();
      const results = await Promise.allSettled(
        [store, subject.other].flatMap((writer) =>
          Array.from({ length: 10 }, () =>
            writer.append(stream, [event()], { expectedRevision: 'none', tenantId }),
          ),
        ),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await store.readStream(stream)).toHaveLength(1);
    });

    it('keeps every one of many appends to many streams, and a conflict among them to itself', async () => {
      const streams = Array.from({ length: 60 }, newStream);
      const taken = newStream();
      await append(taken, [event()], 'none');
      const conflicts = Promise.allSettled(Array.from({ length: 5 }, () => append(taken, [event()], 'none')));
      await Promise.all(streams.map((stream) => append(stream, [event('A'), event('B')], 'none')));
      expect((await conflicts).every(({ status }) => status === 'rejected')).toBe(true);
      for (const stream of streams) {
        expect((await store.readStream(stream)).map(({ type }) => type)).toEqual(['A', 'B']);
      }
    });

    it('takes 1 MiB in one append, and refuses more and nothing at all', async () => {
      const stream = newStream();
      const room = MAX_APPEND_BYTES - Buffer.byteLength(JSON.stringify(event().metadata));
      const big = { ...event(), data: ' '.repeat(room) };
      await append(stream, [big], 'none');
      expect((await store.readStream(stream))[0]?.data).toHaveLength(room);
      const tooBig = { ...event(), data: ' '.repeat(room + 1) };
      await expect(append(stream, [tooBig], 0)).rejects.toMatchObject({ code: ErrorCode.LIMIT_EXCEEDED });
      await expect(append(stream, [], 0)).rejects.toMatchObject({ code: ErrorCode.BAD_USER_INPUT });
    });

    it('reads the whole ledger in order, from a position on', async () => {
      const stream = newStream();
      await append(stream, [event('A'), event('B')], 'none');
      const [, second] = await store.readStream(stream);
      const all = await collect(store.readAll());
      const positions = all.map(({ position }) => position);
      expect([...positions].sort((a, b) => store.comparePositions(a, b))).toEqual(positions);
      expect(all.at(-1)?.position).toBe(await store.head());
      const from = await collect(store.readAll({ from: second?.position ?? '' }));
      expect(from.map(({ position }) => position)).toEqual(
        positions.slice(positions.indexOf(second?.position ?? '')),
      );
    });

    it('tells a subscriber what was and what comes, by every writer, in order and once', async () => {
      const stream = newStream();
      await append(stream, [event('Before')], 'none');
      const after = await store.head();
      const stop = new AbortController();
      const seen: StoredEvent[] = [];
      const done = (async () => {
        for await (const { events } of store.subscribeAll({ after, signal: stop.signal })) {
          seen.push(...events);
          if (seen.length >= 100) stop.abort();
        }
      })();
      const streams = Array.from({ length: 100 }, newStream);
      const writers = [store, subject.other];
      await Promise.all(
        streams.map((name, at) =>
          writers[at % 2]?.append(name, [event('After')], { expectedRevision: 'none', tenantId }),
        ),
      );
      await done;
      expect(seen.map((item) => item.stream).sort()).toEqual([...streams].sort());
      expect(idsOf(seen)).toEqual(
        idsOf([...seen].sort((a, b) => store.comparePositions(a.position, b.position))),
      );
    });

    it('ends a subscription at its signal, also while it waits', async () => {
      const stop = new AbortController();
      const after = await store.head();
      const done = collect(store.subscribeAll({ after, signal: stop.signal }));
      stop.abort();
      expect(await done).toEqual([]);
    });
  });
};

const collect = async (
  batches: AsyncIterable<{ events: readonly StoredEvent[] }>,
): Promise<StoredEvent[]> => {
  const all: StoredEvent[] = [];
  for await (const { events } of batches) all.push(...events);
  return all;
};
