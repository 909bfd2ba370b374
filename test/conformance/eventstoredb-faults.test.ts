import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode } from '../../src/domain/errors.js';
import type { EncodedEvent, StoredEvent } from '../../src/ledger/event-store.js';
import { EventStoreDbEventStore } from '../../src/ledger/eventstoredb/eventstoredb-event-store.js';
import { EventStoreDbEmulator } from '../emulators/eventstoredb/emulator.js';
import { until } from '../support/postgres/until.js';
import { event, newStream, tenantId } from './event-store.js';

const REFUSED = 'EventStoreDB refuses these credentials; check the user and its rights in EVENTSTORE_URL.';

describe('EventStoreDB that fails', () => {
  let server: EventStoreDbEmulator;
  let store: EventStoreDbEventStore;
  let stream: string;

  beforeEach(async () => {
    server = await EventStoreDbEmulator.start();
    store = new EventStoreDbEventStore(server.url());
    stream = newStream();
  });
  afterEach(async () => {
    await store.close();
    await server.close();
  });

  const append = (events: EncodedEvent[], expectedRevision: number | 'none' = 'none') =>
    store.append(stream, events, { expectedRevision, tenantId });
  const stored = async () => (await store.readStream(stream)).map(({ type }) => type);

  describe('while it writes', () => {
    it('stores one copy when its reply is late', async () => {
      const impatient = new EventStoreDbEventStore(server.url('defaultDeadline=300'));
      server.faults.appends.push('late reply', 'late reply');
      const appended = await impatient.append(stream, [event('A')], { expectedRevision: 'none', tenantId });
      for (const send of server.lateReplies) send();
      expect(appended.revision).toBe(0);
      expect(await stored()).toEqual(['A']);
    });

    it('says that nothing was written while it is down, and writes again when it is back', async () => {
      server.stop();
      await expect(append([event('A')])).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE });
      await server.resume();
      await until('it is back', () => append([event('B')]).catch(() => false as const));
      expect(await stored()).toEqual(['B']);
    });

    it('goes to the leader when it asked another', async () => {
      server.faults.appends.push('not leader');
      expect(await append([event('A')])).toMatchObject({ revision: 0 });
      expect(await stored()).toEqual(['A']);
    });

    it.each([
      ['a server', () => server.url()],
      ['a cluster', () => server.discoveryUrl()],
    ])('settles every append, and lives on, when %s goes away under them', async (_, url) => {
      const victim = new EventStoreDbEventStore(url());
      const appendMany = (count: number) =>
        Promise.allSettled(
          Array.from({ length: count }, () =>
            victim.append(newStream(), [event()], { expectedRevision: 'none', tenantId }),
          ),
        );
      await appendMany(1);
      server.faults.appends.push(...Array.from({ length: 30 }, () => 'late reply' as const));
      const underWay = [appendMany(30)];
      await until('they arrived', async () => server.lateReplies.length === 30);
      server.stop();
      // New ones in every turn in which the client notices, and looks for another connection.
      for (let turn = 0; turn < 50; turn++) {
        underWay.push(appendMany(2));
        await new Promise((resolve) => setImmediate(resolve));
      }
      const outcomes = (await Promise.all(underWay)).flat();
      const codes = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code);
      expect(new Set(codes)).toEqual(new Set([ErrorCode.OUTCOME_UNKNOWN, ErrorCode.UNAVAILABLE]));
    });

    it('tells the limit of a server that takes less than the ledger does', async () => {
      server.maxAppendBytes = 1_000;
      const big = { ...event(), data: JSON.stringify('x'.repeat(1_000)) };
      await expect(append([big])).rejects.toMatchObject({
        code: ErrorCode.LIMIT_EXCEEDED,
        details: { limitBytes: 1_000 },
      });
    });

    it.each(['denied', 'unknown user'] as const)(
      'says it in one sentence when access is refused: %s',
      async (access) => {
        server.faults.access = access;
        for (const refused of [append([event('A')]), store.readStream(stream), store.head()]) {
          await expect(refused).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE, message: REFUSED });
        }
        // It would be refused each time.
        expect(server.appends).toBe(1);
        server.faults.access = 'granted';
        await append([event('A')]);
        expect(await stored()).toEqual(['A']);
      },
    );

    it('does not take refused credentials for an answer to what was sent before', async () => {
      server.faults.appends.push('unavailable');
      const first = append([event('A')]);
      await until('it met the fault', async () => server.appends === 1);
      server.faults.access = 'denied';
      await expect(first).rejects.toMatchObject({ code: ErrorCode.OUTCOME_UNKNOWN });
    });

    it('never takes the way that has no deadline', async () => {
      await append([event()]);
      expect(server.batchAppends).toBe(0);
      const careless = EventStoreDBClient.connectionString(server.url());
      await careless.appendToStream(newStream(), [jsonEvent({ type: 'A', data: {} })]);
      expect(server.batchAppends).toBe(1);
    });
  });

  describe('while it is read', () => {
    it('says that it is away', async () => {
      server.stop();
      await expect(store.readStream(stream)).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE });
      await expect(store.head()).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE });
    });

    it('does not give out half of what it was asked for', async () => {
      await append([event('A'), event('B'), event('C')]);
      server.faults.breakAfterRead.push(2);
      await expect(store.readStream(stream)).rejects.toMatchObject({ code: ErrorCode.UNAVAILABLE });
      expect(await stored()).toEqual(['A', 'B', 'C']);
    });

    it('waits no longer for a server that says nothing, at the start or in the middle', async () => {
      const impatient = new EventStoreDbEventStore(server.url(), { readTimeoutMs: 300 });
      await append([event('A'), event('B')]);
      const all = async () => {
        const types: string[] = [];
        for await (const { events } of impatient.readAll()) types.push(...events.map(({ type }) => type));
        return types;
      };
      for (const events of [0, 1]) {
        server.faults.hangAfterRead.push(events);
        await expect(all()).rejects.toMatchObject({
          code: ErrorCode.UNAVAILABLE,
          message: 'EventStoreDB took too long to answer a read; try again.',
        });
      }
      expect(await all()).toEqual(['A', 'B']);
      await impatient.close();
    });

    it("leaves out the server's own events, also at the end", async () => {
      server.log.appendSystemEvent();
      expect(await store.head()).toBeUndefined();
      const { position } = await append([event('A')]);
      server.log.appendSystemEvent();
      expect(await store.head()).toBe(position);
      const all: StoredEvent[] = [];
      for await (const { events } of store.readAll()) all.push(...events);
      expect(all.map(({ type }) => type)).toEqual(['A']);
    });

    it('tells the same time of an event whichever way it is read, also when the clock went back', async () => {
      await append([event('A')]);
      server.log.clockOffsetMs = -60_000;
      const { position } = await append([event('B')], 0);
      const inStream = (await store.readStream(stream)).map(({ createdAt }) => createdAt);
      const inLedger: string[] = [];
      for await (const { events } of store.readAll())
        inLedger.push(...events.map(({ createdAt }) => createdAt));
      const fromSecond: string[] = [];
      for await (const { events } of store.readAll({ from: position })) {
        fromSecond.push(...events.map(({ createdAt }) => createdAt));
      }
      expect(inLedger).toEqual(inStream);
      expect(fromSecond).toEqual(inStream.slice(1));
    });

    it("names an event that isn't Ledgerline's", async () => {
      const stranger = EventStoreDBClient.connectionString(server.url());
      await stranger.appendToStream(stream, [jsonEvent({ type: 'Foreign', data: {} })]);
      await expect(store.readStream(stream)).rejects.toThrow(/@0 \(Foreign\) was not written by Ledgerline/);
    });

    it('says which stream somebody deleted', async () => {
      await append([event()]);
      await EventStoreDBClient.connectionString(server.url()).tombstoneStream(stream);
      await expect(store.readStream(stream)).rejects.toThrow(`Somebody deleted the stream ${stream}`);
      await expect(append([event()], 0)).rejects.toThrow(`Somebody deleted the stream ${stream}`);
    });
  });

  describe('under a subscription', () => {
    /** Follows the ledger until `types` events were told, and says which. */
    const follow = async (count: number, between: (seen: number) => Promise<void>, after?: string) => {
      const stop = new AbortController();
      const types: string[] = [];
      for await (const { events } of store.subscribeAll({ after, signal: stop.signal })) {
        types.push(...events.map(({ type }) => type));
        if (types.length >= count) stop.abort();
        else await between(types.length);
      }
      return types;
    };

    it('goes on where it was when the server restarts, with what came meanwhile', async () => {
      await append([event('A')]);
      const types = await follow(4, async (seen) => {
        if (seen !== 1) return;
        server.stop();
        await server.resume();
        await until('the append is stored', () =>
          append([event('B'), event('C'), event('D')], 0).catch(() => false as const),
        );
      });
      expect(types).toEqual(['A', 'B', 'C', 'D']);
    });

    it('tells every event once when the stream breaks in the middle, again and again', async () => {
      const names = Array.from({ length: 40 }, (_, at) => `E${at}`);
      await append(names.map((name) => event(name)));
      // The reads between the subscriptions send few events, and never break.
      server.faults.breakAfterSubscribed.push(7, 1, 0, 12);
      expect(await follow(names.length, async () => undefined)).toEqual(names);
      expect(server.faults.breakAfterSubscribed).toEqual([]);
    });

    it('tells an event once that the server sends twice', async () => {
      server.faults.duplicateEvents = true;
      await append([event('A'), event('B'), event('C')]);
      const types = await follow(4, async (seen) => {
        if (seen === 3) await append([event('D')], 2);
      });
      expect(types).toEqual(['A', 'B', 'C', 'D']);
    });

    it('never resumes at a checkpoint, which may lie beyond the end', async () => {
      server.faults.bogusCheckpoints = true;
      await append([event('A')]);
      const types = await follow(2, async () => {
        await server.restart();
        await until('the append is stored', () => append([event('B')], 0).catch(() => false as const));
      });
      expect(types).toEqual(['A', 'B']);
    });

    it('holds the server back while the consumer is slow', async () => {
      const total = 10_000;
      for (let at = 0; at < total; at += 1_000) {
        const revision = at === 0 ? ('none' as const) : at - 1;
        await append(
          Array.from({ length: 1_000 }, () => event()),
          revision,
        );
      }
      server.faults.sentEvents = 0;
      const stop = new AbortController();
      let sentWhileStalled = 0;
      let seen = 0;
      for await (const { events } of store.subscribeAll({ signal: stop.signal })) {
        if (seen === 0) sentWhileStalled = await settled(() => server.faults.sentEvents);
        seen += events.length;
        if (seen >= total) stop.abort();
      }
      expect(seen).toBe(total);
      expect(sentWhileStalled).toBeLessThan(total / 2);
    });

    it('stops where a failover has taken back what was processed', async () => {
      await append([event('A'), event('B')]);
      const following = follow(3, async () => {
        server.log.truncate(1);
        await server.restart();
      });
      await expect(following).rejects.toThrow(/no longer has the event at position/);
    });

    it('stops where another event stands at the place of the processed one', async () => {
      await append([event('A'), event('B')]);
      const following = follow(3, async () => {
        server.log.truncate(1);
        await server.restart();
        await until('the append is stored', () => append([event('X')], 0).catch(() => false as const));
      });
      await expect(following).rejects.toThrow(/no longer has the event at position/);
    });

    it('refuses a position that this ledger never had', async () => {
      await append([event('A')]);
      await expect(follow(1, async () => undefined, '123456789')).rejects.toThrow(/position 123456789/);
    });

    it('ends it with the same sentence when access is refused, at the start or later', async () => {
      await append([event('A')]);
      const following = follow(2, async () => {
        server.faults.access = 'unknown user';
        await server.restart();
      });
      await expect(following).rejects.toThrow(REFUSED);
      await expect(follow(1, async () => undefined)).rejects.toThrow(REFUSED);
      server.faults.access = 'granted';
      expect(await follow(1, async () => undefined)).toEqual(['A']);
    });

    it('waits for a server that is down, and ends at its signal meanwhile', async () => {
      server.stop();
      const stop = new AbortController();
      const ended = (async () => {
        for await (const { events } of store.subscribeAll({ signal: stop.signal })) return events;
        return [];
      })();
      stop.abort();
      expect(await ended).toEqual([]);
    });
  });
});

/** Waits until a number has stopped growing. */
const settled = async (read: () => number): Promise<number> => {
  let last = -1;
  let unchanged = 0;
  return until('it has stopped growing', async () => {
    unchanged = read() === last ? unchanged + 1 : 0;
    last = read();
    return unchanged >= 20 && last > 0 ? last : false;
  });
};
