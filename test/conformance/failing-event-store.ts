import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AppError, ErrorCode } from '../../src/domain/errors.js';
import { eventDefinitions } from '../../src/domain/events.js';
import { Codec } from '../../src/ledger/codec/codec.js';
import type { EncodedEvent, EventStore } from '../../src/ledger/event-store.js';
import { KeyRing } from '../../src/ledger/keys/key-ring.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { MemoryKeyStore } from '../support/memory-key-store.js';
import { until } from '../support/postgres/until.js';
import { testMasterKey } from '../support/secrets.js';
import { event, newStream, tenantId } from './event-store.js';

/** The first try, and three more (docs/ledger.md). */
const TRIES = 4;
/** More than there is room for. */
const TOO_MANY = 100;

/** A store on a server, or on a way to it, that fails as a test asks. */
export interface FailingStore {
  readonly store: EventStore;
  /** So many appends it takes while the server doesn't answer: those under way, and those that wait. */
  readonly room: { readonly underWay: number; readonly waiting: number };
  /** How many appends went off to the server, whatever became of them. */
  sent(): number;
  /** The server does the next appends, and its answers never come. */
  loseAnswers(count: number): void;
  /** The next appends never come to the server, and the store can't know that. */
  loseRequests(count: number): void;
  /** The server doesn't answer an append until the returned function is called. */
  hold(): () => Promise<void>;
  stop(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** The port's contract while its server, or the way to it, fails: every adapter passes it. */
export const describeFailingEventStore = (name: string, start: () => Promise<FailingStore>): void => {
  describe(`the event store on ${name}, which fails`, () => {
    let subject: FailingStore;
    let store: EventStore;
    let ledger: Ledger;
    let stream: string;
    beforeEach(async () => {
      subject = await start();
      store = subject.store;
      const keys = new KeyRing(new MemoryKeyStore(), testMasterKey);
      ledger = new Ledger(store, new Codec(eventDefinitions, keys), keys);
      stream = newStream();
      // It is connected.
      await store.append(newStream(), [event()], { expectedRevision: 'none', tenantId });
    });
    afterEach(() => subject.close());

    const append = (events: EncodedEvent[], name = stream) =>
      store.append(name, events, { expectedRevision: 'none', tenantId });
    const stored = async () => (await store.readStream(stream)).map(({ type }) => type);

    it('stores one copy when the answer is lost, and tells where it stands', async () => {
      subject.loseAnswers(1);
      const appended = await append([event('A'), event('B')]);
      expect(await stored()).toEqual(['A', 'B']);
      expect(appended).toEqual({ revision: 1, position: await store.head() });
    });

    it('stores what never came to the server when it is sent again', async () => {
      subject.loseRequests(TRIES - 1);
      expect(await append([event('A')])).toEqual({ revision: 0, position: await store.head() });
    });

    it('tells a conflict, not a copy, where somebody else was first', async () => {
      await append([event('Theirs')]);
      subject.loseRequests(1);
      await expect(append([event('Mine')])).rejects.toMatchObject({
        code: ErrorCode.CONFLICT,
        details: expect.objectContaining({ actualRevision: 0 }),
      });
    });

    it('says that nobody knows after three more tries, and takes the same events again as a copy', async () => {
      const before = subject.sent();
      const events = [event('A')];
      subject.loseAnswers(TRIES);
      await expect(append(events)).rejects.toMatchObject({ code: ErrorCode.OUTCOME_UNKNOWN });
      expect(subject.sent() - before).toBe(TRIES);
      expect(await append(events)).toEqual({ revision: 0, position: await store.head() });
      expect(await stored()).toEqual(['A']);
    });

    it('is tried no more often by the ledger', async () => {
      const before = subject.sent();
      subject.loseRequests(3 * TRIES);
      await expect(ledger.appendEncoded(stream, [event('A')], 'none')).rejects.toMatchObject({
        code: ErrorCode.OUTCOME_UNKNOWN,
      });
      expect(subject.sent() - before).toBe(TRIES);
    });

    it('never says that nothing was written when the server went away after an unknown outcome', async () => {
      const release = subject.hold();
      const before = subject.sent();
      const refused = expect(ledger.appendEncoded(stream, [event('A')], 'none')).rejects.toMatchObject({
        code: ErrorCode.OUTCOME_UNKNOWN,
      });
      await until('it was sent', async () => subject.sent() > before);
      await subject.stop();
      await refused;
      await release();
      await subject.resume();
    });

    it('loses and doubles none of a hundred appends while its connections break', async () => {
      const streams = Array.from({ length: 100 }, newStream);
      subject.loseAnswers(TRIES - 1);
      await Promise.all(streams.map((name) => append([event()], name)));
      for (const name of streams) expect(await store.readStream(name)).toHaveLength(1);
    });

    it('refuses at once what it has no room for while the server is slow, and stores all the rest', async () => {
      const { underWay, waiting } = subject.room;
      const release = subject.hold();
      const streams = Array.from({ length: underWay + waiting + TOO_MANY }, newStream);
      const refused: unknown[] = [];
      const appends = streams.map((name) => append([event()], name).catch((error) => refused.push(error)));
      await until('some are refused', async () => refused.length > 0);
      await release();
      await Promise.all(appends);
      expect(new Set(refused.map((error) => (error as AppError).code))).toEqual(
        new Set([ErrorCode.RETRY_LATER]),
      );
      const there: string[] = [];
      for await (const { events } of store.readAll()) there.push(...events.map(({ stream }) => stream));
      // The one that connected it is there, too.
      expect(there).toHaveLength(1 + streams.length - refused.length);
      expect(new Set(there).size).toBe(there.length);
      expect(there.length).toBeGreaterThan(waiting);
    });
  });
};
