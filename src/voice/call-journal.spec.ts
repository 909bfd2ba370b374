import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  journalOptions,
  memoryLedger,
  receive,
  report,
  start,
  stream,
  tenantId,
} from '../../test/support/memory-call.js';
import { MemoryEventStore } from '../../test/support/memory-event-store.js';
import type { CallEvent } from '../domain/call/events.js';
import { Ledger, type LedgerRecord } from '../ledger/ledger.js';
import { CallJournal } from './call-journal.js';

const turn = (number: number, text = `turn ${number}`): CallEvent => ({
  type: 'CallerTurnCommitted',
  data: { turn: number, text, startedMs: 1, endedMs: 2, confidence: null, endpointing: 'transcript' },
});
const say = (number: number) => ({ type: 'Record', attempt: 1, events: [turn(number)] }) as const;

describe("a call's journal", () => {
  let store: MemoryEventStore;
  let ledger: Ledger;
  let writers: number;

  beforeEach(() => {
    store = new MemoryEventStore();
    ledger = memoryLedger(store);
    writers = 0;
  });

  const options = () => journalOptions(ledger, `writer-${++writers}`);
  const open = () => CallJournal.open(options());
  const stored = async (): Promise<readonly LedgerRecord[]> => ledger.readStream(stream);
  const typesOf = (events: readonly LedgerRecord[]) => events.map(({ type }) => type);

  it('knows at once what it records, and stores it behind', async () => {
    const journal = await open();
    void journal.record(receive);
    void journal.record(start(1));
    void journal.record(say(1));
    expect(journal.state).toMatchObject({ phase: 'answered', attempt: 1, turn: 1 });
    await journal.flushed();
    expect(typesOf(await stored())).toEqual([
      'CallReceived',
      'CallAnswered',
      'MediaStreamStarted',
      'CallerTurnCommitted',
    ]);
  });

  it('keeps the events in memory while the ledger is away, in their order, and each once', async () => {
    const journal = await open();
    void journal.record(receive);
    void journal.record(start(1));
    await journal.flushed();
    store.isAway = true;
    for (const number of [1, 2, 3]) void journal.record(say(number));
    expect(journal.waitingEvents).toBe(3);
    store.isAway = false;
    await journal.flushed();
    const turns = (await stored()).flatMap(({ type, data }) =>
      type === 'CallerTurnCommitted' ? [data.turn] : [],
    );
    expect(turns).toEqual([1, 2, 3]);
    expect(journal.waitingEvents).toBe(0);
  });

  it('tells that a repeated command is stored when the first one is', async () => {
    const journal = await open();
    void journal.record(receive);
    void journal.record(start(1));
    await journal.flushed();
    const report = {
      type: 'ReportStatus',
      status: 'completed',
      sequence: 0,
      source: null,
      durationSeconds: 7,
    } as const;
    store.isAway = true;
    void journal.record(report);
    const repeated = journal.record(report).then(async () => typesOf(await stored()).at(-1));
    store.isAway = false;
    expect(await repeated).toBe('CallStatusReported');
  });

  it.each([
    ['when the tail tells of it', false],
    ['when an append meets it', true],
  ])('is fenced by an event of a newer program, %s: nobody decides past it', async (_, byAppend) => {
    const journal = await open();
    void journal.record(receive);
    void journal.record(start(1));
    await journal.flushed();
    const errors: unknown[] = [];
    journal.listen({ foreign: () => undefined, fenced: (error) => errors.push(error) });
    const last = (await store.readStream(stream)).at(-1);
    if (!last) throw new Error('nothing was stored');
    const newer = { ...last, id: 'newer', schemaVersion: last.schemaVersion + 1 };
    await store.append(stream, [newer], { expectedRevision: last.revision, tenantId });
    const recorded = byAppend ? journal.record(say(1)) : undefined;
    if (!byAppend) journal.observe({ revision: last.revision + 1 });
    await journal.flushed();
    if (recorded) await expect(recorded).rejects.toMatchObject({ code: 'NEEDS_UPGRADE' });
    expect(errors).toEqual([expect.objectContaining({ code: 'NEEDS_UPGRADE' })]);
    expect(await store.readStream(stream)).toHaveLength(last.revision + 2);
    expect(() => void journal.record(say(2))).toThrow(/Another worker has this call/);
  });

  it.each([
    ['when the tail tells of it', false],
    ['when an append meets it', true],
  ])('is fenced where the ledger has lost what was stored, %s', async (_, byAppend) => {
    const journal = await open();
    void journal.record(receive);
    void journal.record(start(1));
    await journal.flushed();
    const there = await store.readStream(stream);
    const errors: unknown[] = [];
    journal.listen({ foreign: () => undefined, fenced: (error) => errors.push(error) });
    store.lose(1);
    if (byAppend) void journal.record(say(1));
    else journal.recheck();
    await journal.flushed();
    expect(errors).toEqual([expect.objectContaining({ code: 'EVENTS_LOST' })]);
    expect(await store.readStream(stream)).toHaveLength(there.length - 1);
  });

  it('is fenced where another event has the place of what was stored, and goes on where none was lost', async () => {
    const journal = await open();
    void journal.record(receive);
    void journal.record(start(1));
    await journal.flushed();
    journal.recheck();
    await journal.flushed();
    expect(journal.isFenced).toBe(false);
    const last = (await store.readStream(stream)).at(-1);
    if (!last) throw new Error('nothing was stored');
    store.lose(1);
    const expectedRevision = last.revision - 1;
    await store.append(stream, [{ ...last, id: 'other' }], { expectedRevision, tenantId });
    journal.recheck();
    await journal.flushed();
    expect(journal.isFenced).toBe(true);
  });

  it('begins a call in memory when the ledger is away from the beginning', async () => {
    store.isAway = true;
    const journal = CallJournal.begin(options());
    void journal.record(receive);
    void journal.record(start(1));
    expect(journal.state.phase).toBe('answered');
    store.isAway = false;
    await journal.flushed();
    expect(typesOf(await stored())).toEqual(['CallReceived', 'CallAnswered', 'MediaStreamStarted']);
  });

  it('stores one copy when the answer of an append is lost, also with more behind it', async () => {
    const journal = await open();
    store.faults.push('answer lost', 'answer lost', 'answer lost', 'answer lost');
    void journal.record(receive);
    void journal.record(start(1));
    await Promise.resolve();
    void journal.record(say(1));
    await journal.flushed();
    expect(typesOf(await stored())).toEqual([
      'CallReceived',
      'CallAnswered',
      'MediaStreamStarted',
      'CallerTurnCommitted',
    ]);
  });

  it('appends behind what others wrote meanwhile, and tells of it', async () => {
    const journal = await open();
    void journal.record(receive);
    void journal.record(start(1));
    await journal.flushed();
    const other = await open();
    await other.record(report(1));
    const foreign: string[] = [];
    journal.listen({
      foreign: (events) => foreign.push(...events.map(({ type }) => type)),
      fenced: () => undefined,
    });
    void journal.record(say(1));
    await journal.flushed();
    expect(typesOf(await stored()).slice(-2)).toEqual(['CallStatusReported', 'CallerTurnCommitted']);
    expect(foreign).toEqual(['CallStatusReported']);
  });

  it('learns what others wrote from the tail, without an append of its own', async () => {
    const journal = await open();
    void journal.record(receive);
    await journal.flushed();
    const other = await open();
    await other.record(start(1));
    const [last] = (await stored()).slice(-1);
    if (last) journal.observe(last);
    await journal.flushed();
    expect(journal.state).toMatchObject({ phase: 'answered', attempt: 1 });
  });

  it('is fenced by a higher attempt: nothing of what waits is stored, and nothing more is taken', async () => {
    const journal = await open();
    void journal.record(receive);
    void journal.record(start(1));
    await journal.flushed();
    const other = await open();
    await other.record({ type: 'LoseMedia', attempt: 1, atMs: 900 });
    await other.record(start(2));
    const fenced: unknown[] = [];
    journal.listen({ foreign: () => undefined, fenced: (error) => fenced.push(error) });
    const said = journal.record(say(1));
    await expect(said).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(fenced).toHaveLength(1);
    expect(() => journal.record(say(2))).toThrow(/Another worker has this call/);
    expect(typesOf(await stored())).not.toContain('CallerTurnCommitted');
  });

  it('lets one of two workers have an attempt', async () => {
    const first = await open();
    void first.record(receive);
    await first.flushed();
    const second = await open();
    const results = await Promise.allSettled([
      first.record(start(1)),
      second.record({ ...start(1), worker: 'v' }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(typesOf(await stored()).filter((type) => type === 'MediaStreamStarted')).toHaveLength(1);
  });

  it('takes no more than 500 events while the ledger is away', async () => {
    const journal = await open();
    void journal.record(receive);
    void journal.record(start(1));
    await journal.flushed();
    store.isAway = true;
    for (let number = 1; number <= 500; number++) void journal.record(say(number));
    expect(() => journal.record(say(501))).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
    store.isAway = false;
    await journal.flushed();
    expect((await stored()).filter(({ type }) => type === 'CallerTurnCommitted')).toHaveLength(500);
  });

  it('loses nothing and doubles nothing, whatever fails in whatever order', async () => {
    const step = fc.oneof(
      fc.constant({ type: 'say' } as const),
      fc.constant({ type: 'report' } as const),
      fc.constant({ type: 'pass' } as const),
      fc.constantFrom(
        { type: 'fault', fault: 'away' } as const,
        { type: 'fault', fault: 'answer lost' } as const,
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        store = new MemoryEventStore();
        ledger = new Ledger(store, ledger.codec, ledger.keys);
        const mine = await open();
        void mine.record(receive);
        void mine.record(start(1));
        await mine.flushed();
        const theirs = await open();
        let [turns, reports] = [0, 0];
        for (const next of steps) {
          if (next.type === 'say') void mine.record(say(++turns));
          else if (next.type === 'report') void theirs.record(report(++reports));
          else if (next.type === 'fault') store.faults.push(next.fault);
          else await new Promise((resolve) => setImmediate(resolve));
        }
        await Promise.all([mine.flushed(), theirs.flushed()]);
        const events = await stored();
        expect(
          events.flatMap(({ type, data }) => (type === 'CallerTurnCommitted' ? [data.turn] : [])),
        ).toEqual(Array.from({ length: turns }, (_, at) => at + 1));
        expect(events.filter(({ type }) => type === 'CallStatusReported')).toHaveLength(reports);
      }),
      { numRuns: 40 },
    );
  });
});
