import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  callId,
  end,
  journalOptions,
  memoryLedger,
  receive,
  toldSettings as settings,
  start,
  stream,
  tenantId,
  warningLogger,
} from '../../../test/support/memory-call.js';
import { MemoryEventStore } from '../../../test/support/memory-event-store.js';
import { MemoryObjects } from '../../../test/support/memory-objects.js';
import { ERASED, MISSING } from '../../ledger/event-files.js';
import type { Ledger } from '../../ledger/ledger.js';
import { CallJournal } from '../call-journal.js';
import { CallTraces } from './call-traces.js';
import { openTrace, type StoredTrace } from './trace-object.js';

describe("calls' traces", () => {
  let store: MemoryEventStore;
  let ledger: Ledger;
  let objects: MemoryObjects;
  let traces: CallTraces;
  let warnings: string[];
  let writers: number;

  beforeEach(() => {
    store = new MemoryEventStore();
    ledger = memoryLedger(store);
    objects = new MemoryObjects();
    warnings = [];
    writers = 0;
    const logger = warningLogger(warnings);
    traces = new CallTraces({ ledger, objects, worker: 'w', logger, now: Date.now });
  });

  const open = () => CallJournal.open(journalOptions(ledger, `writer-${++writers}`));

  /** A call whose media stream has come up, and the trace of it with one input. */
  const begin = async () => {
    const journal = await open();
    void journal.record(receive);
    const trace = traces.open(journal, settings, journal.record(start(1)));
    await journal.flushed();
    trace.recorder.add(1_000, { type: 'key', digit: '7' }, null);
    return { journal, trace };
  };

  const storedTraces = async (): Promise<readonly StoredTrace[]> =>
    (await ledger.readStream(stream)).flatMap((event) =>
      event.type === 'CallTraceStored' ? [event.data] : [],
    );

  const traceOf = async (stored: StoredTrace | undefined) => {
    if (!stored) throw new Error('There is no trace.');
    return openTrace(objects, ledger.keys, stream, stored);
  };

  it('are stored encrypted, told in the ledger, and read back', async () => {
    const { trace } = await begin();
    trace.end();
    await traces.flushed();
    const [stored, ...more] = await storedTraces();
    expect(more).toEqual([]);
    expect(stored).toMatchObject({ attempt: 1, inputs: 1, cut: false });
    expect(await traceOf(stored)).toEqual({
      format: 1,
      settings,
      inputs: [[1_000, { type: 'key', digit: '7' }]],
      cut: false,
    });
    const [object] = objects.content.values();
    expect(object?.length).toBe(stored?.bytes);
    expect(object?.includes('Alice')).toBe(false);
    expect(warnings).toEqual([]);
  });

  it('are stored after the end, and by a worker that another took the call from', async () => {
    const { journal, trace } = await begin();
    const other = await open();
    await other.record({ type: 'LoseMedia', attempt: 1, atMs: 900 });
    await other.record(start(2));
    const event = { type: 'BackchannelHeard', data: { turn: 0, text: 'mhm', atMs: 1 } } as const;
    await expect(journal.record({ type: 'Record', attempt: 1, events: [event] })).rejects.toThrow();
    await other.record(end);
    trace.end();
    await traces.flushed();
    expect(await storedTraces()).toMatchObject([{ attempt: 1 }]);
  });

  it('are none of a worker that never had the media stream', async () => {
    const first = await open();
    void first.record(receive);
    await first.record(start(1));
    const second = await open();
    const late = traces.open(
      second,
      settings,
      Promise.reject(new Error('Attempt 1 has its socket already.')),
    );
    late.end();
    await traces.flushed();
    expect([await storedTraces(), objects.content.size, warnings]).toEqual([[], 0, []]);
  });

  it('are told once the ledger is back', async () => {
    const { trace } = await begin();
    store.isAway = true;
    trace.end();
    store.isAway = false;
    await traces.flushed();
    expect(await storedTraces()).toHaveLength(1);
  });

  it('cost nothing else where the object store fails', async () => {
    const { journal, trace } = await begin();
    objects.isAway = true;
    trace.end();
    await traces.flushed();
    await journal.record(end);
    expect((await ledger.readStream(stream)).at(-1)?.type).toBe('CallEnded');
    expect([await storedTraces(), warnings]).toEqual([
      [],
      ['A call can not be replayed: its trace is not stored.'],
    ]);
  });

  it('are not read where the object is gone, changed, or its key destroyed', async () => {
    const { trace } = await begin();
    trace.end();
    await traces.flushed();
    const [stored] = await storedTraces();
    const [[key, object] = ['', Buffer.alloc(0)]] = objects.content;
    objects.content.delete(key);
    expect(await traceOf(stored)).toBe(MISSING);
    objects.content.set(key, Buffer.from(object).fill(0, object.length - 1));
    await expect(traceOf(stored)).rejects.toThrow(/^The object traces\/\S+ was changed: its SHA-256 is /);
    objects.content.set(key, object);
    await ledger.keys.destroy({ tenantId, kind: 'call', subjectId: callId }, 1);
    expect(await traceOf(stored)).toBe(ERASED);
  });
});
