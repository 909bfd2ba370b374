import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ErrorCode, isAppError } from '../../src/domain/errors.js';
import {
  type EncodedEvent,
  type EventStore,
  MAX_APPEND_BYTES,
  type StoredEvent,
} from '../../src/ledger/event-store.js';
import { until } from '../support/postgres/until.js';

export const tenantId = 'tnt_00000000000000000000000001';

/** An event that no other has the id of. */
export const event = (type = 'Happened', body: object = { n: 1 }): EncodedEvent => ({
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

export const newStream = (): string => `call-00000000000000000000000001_${randomUUID().replaceAll('-', '')}`;

const idsOf = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id);

/** A store of a running server, and a second one on the same server: another process. */
export interface StoreUnderTest {
  readonly store: EventStore;
  readonly other: EventStore;
  /** Breaks every connection of the stores to their server, which takes new ones soon after. */
  loseConnections(): Promise<void>;
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
      expect([first.position, second.position]).toEqual([read[1]?.position, read[2]?.position]);
      expect(isGrowing(store, read)).toBe(true);
    });

    it.each([
      ['the order of keys', '{"b":1,"10":2,"9":3,"a":4}'],
      ['numbers as they were written', '{"a":1.0,"b":1e400,"c":12345678901234567890,"d":-0}'],
      ['white space', ' { "a" : 1 }\n'],
      ['a key that is there twice', '{"a":1,"a":2}'],
      ['escapes', '{"a":"\\u0000 \\ud800 \\u00e9 \\/"}'],
    ])('keeps the text of the data byte for byte: %s', async (_, data) => {
      const stream = newStream();
      await append(stream, [{ ...event(), data }], 'none');
      expect((await store.readStream(stream))[0]?.data).toBe(data);
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

    it('knows whether the event that was at a position is there', async () => {
      const stream = newStream();
      const { position } = await append(stream, [event()], 'none');
      const [stored] = await store.readStream(stream);
      expect(await store.has(position)).toBe(true);
      expect(await store.has(position, stored?.id)).toBe(true);
      expect(await store.has(position, randomUUID())).toBe(false);
      expect(await store.has(`${position}9`)).toBe(false);
    });

    it('has one order for what many write at once, in which no stream and no clock goes back', async () => {
      const after = await store.head();
      const streams = Array.from({ length: 20 }, newStream);
      await Promise.all(
        streams.map(async (stream, at) => {
          const writer = at % 2 ? store : subject.other;
          for (const expectedRevision of ['none', 0, 1, 2] as const) {
            await writer.append(stream, [event()], { expectedRevision, tenantId });
          }
        }),
      );
      const all = await collect(store.readAll(after === undefined ? {} : { from: after }));
      expect(isGrowing(store, all)).toBe(true);
      for (const stream of streams) {
        const revisions = all.filter((item) => item.stream === stream).map(({ revision }) => revision);
        expect(revisions).toEqual([0, 1, 2, 3]);
      }
      const times = all.map(({ createdAt }) => createdAt);
      expect([...times].sort()).toEqual(times);
    });

    it('tells a subscriber what comes after any position, and not the event at it', async () => {
      const stream = newStream();
      const head = await store.head();
      await append(stream, [event('A'), event('B'), event('C')], 'none');
      const written = await store.readStream(stream);
      const starts = [head, ...written.slice(0, -1).map(({ position }) => position)];
      for (const [at, after] of starts.entries()) {
        const [first] = await subscribed(store, after, 1);
        expect(first?.id).toBe(written[at]?.id);
      }
    });

    it('goes on with a subscription whose connection was lost, where it was', async () => {
      const stream = newStream();
      const after = await store.head();
      await append(stream, [event('Before')], 'none');
      const stop = new AbortController();
      const seen: StoredEvent[] = [];
      for await (const { events } of store.subscribeAll({ after, signal: stop.signal })) {
        seen.push(...events);
        if (seen.length === 1) {
          await subject.loseConnections();
          await appendAgainUntilStored(subject.other, stream, [event('After')], 0);
          await appendAgainUntilStored(subject.other, stream, [event('Later')], 1);
        }
        if (seen.length >= 3) stop.abort();
      }
      expect(seen.map(({ type }) => type)).toEqual(['Before', 'After', 'Later']);
    });

    it('lets a subscriber take its time, and tells it everything once and in order', async () => {
      const after = await store.head();
      const stream = newStream();
      const total = 1_200;
      let revision: number | 'none' = 'none';
      for (let written = 0; written < total; written += 400) {
        revision = (
          await append(
            stream,
            Array.from({ length: 400 }, () => event()),
            revision,
          )
        ).revision;
      }
      const stop = new AbortController();
      const revisions: number[] = [];
      for await (const { events } of store.subscribeAll({ after, signal: stop.signal })) {
        await new Promise((resolve) => setImmediate(resolve));
        revisions.push(...events.map((item) => item.revision));
        if (revisions.length >= total) stop.abort();
      }
      expect(revisions).toEqual(Array.from({ length: total }, (_, at) => at));
    });

    it('says to a subscriber when there is nothing newer', async () => {
      const after = await store.head();
      await append(newStream(), [event()], 'none');
      const stop = new AbortController();
      for await (const { atHead } of store.subscribeAll({ after, signal: stop.signal })) {
        expect(atHead).toBe(true);
        stop.abort();
      }
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

/** Every position lies after the one before it. */
const isGrowing = (store: EventStore, events: readonly { position: string }[]): boolean =>
  events.every(
    ({ position }, at) => at === 0 || store.comparePositions(events[at - 1]?.position ?? '', position) < 0,
  );

/** The first `count` events after a position. */
const subscribed = async (
  store: EventStore,
  after: string | undefined,
  count: number,
): Promise<readonly StoredEvent[]> => {
  const stop = new AbortController();
  const seen: StoredEvent[] = [];
  for await (const { events } of store.subscribeAll({ after, signal: stop.signal })) {
    seen.push(...events);
    if (seen.length >= count) stop.abort();
  }
  return seen;
};

/** As a writer does while its server comes back: the same events, at the same revision. */
const appendAgainUntilStored = (
  store: EventStore,
  stream: string,
  events: readonly EncodedEvent[],
  expectedRevision: number,
): Promise<unknown> =>
  until('the append is stored', () =>
    store.append(stream, events, { expectedRevision, tenantId }).catch((error: unknown) => {
      const passes = isAppError(error, ErrorCode.UNAVAILABLE) || isAppError(error, ErrorCode.OUTCOME_UNKNOWN);
      if (!passes) throw error;
      return false as const;
    }),
  );

const collect = async (
  batches: AsyncIterable<{ events: readonly StoredEvent[] }>,
): Promise<StoredEvent[]> => {
  const all: StoredEvent[] = [];
  for await (const { events } of batches) all.push(...events);
  return all;
};
