import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  callId,
  memoryLedger,
  receive,
  report,
  start,
  stream,
  tenantId,
} from '../../test/support/memory-call.js';
import { silentLogger } from '../domain/logger.js';
import type { Ledger } from '../ledger/ledger.js';
import { LedgerTail } from '../ledger/tail.js';
import { LiveCalls } from './live-calls.js';
import { VoiceSession } from './session.js';

const lose = (attempt: number, atMs: number) => ({ type: 'LoseMedia', attempt, atMs }) as const;

/** Its identity is all that is asked of it. */
const newSession = () => Object.create(VoiceSession.prototype) as VoiceSession;

describe('the calls of a process', () => {
  let ledger: Ledger;
  let processes: number;
  beforeEach(() => {
    ledger = memoryLedger();
    processes = 0;
  });

  const newProcess = (): LiveCalls => {
    const worker = `worker-${++processes}`;
    let writers = 0;
    return new LiveCalls({
      ledger,
      tail: new LedgerTail(ledger, silentLogger),
      worker,
      newWriter: () => `${worker}:${++writers}`,
      now: Date.now,
    });
  };

  /** A call that has its media in a process. */
  const beginIn = async (calls: LiveCalls) => {
    const prepare = () => ledger.keys.createCallKey(tenantId, 'contact', callId);
    const journal = await calls.begin({ tenantId, callId, prepare });
    void journal.record(receive);
    await journal.record(start(1));
    return journal;
  };

  const typesStored = async () => (await ledger.readStream(stream)).map(({ type }) => type);

  it('keep the session of a next attempt, when that of the one before is over late', async () => {
    const calls = newProcess();
    const journal = await beginIn(calls);
    const [before, next] = [newSession(), newSession()];
    calls.attach(journal, before);
    calls.attach(journal, next);
    calls.detach(journal, before);
    expect(calls.sessions).toEqual([next]);
    expect(calls.carries(callId)).toBe(true);
    calls.detach(journal, next);
    expect(calls.carries(callId)).toBe(false);
  });

  it('come back to a process that lost them to another: it may write again', async () => {
    const [one, other] = [newProcess(), newProcess()];
    const journal = await beginIn(one);
    const session = newSession();
    one.attach(journal, session);
    const theirs = await other.open(tenantId, callId);
    void theirs.record(lose(1, 900));
    await theirs.record(start(2));
    const said = { type: 'SilencePrompted', data: { rung: 1, text: 'Hello?', atMs: 950 } } as const;
    await expect(journal.record({ type: 'Record', attempt: 1, events: [said] })).rejects.toThrow(/attempt 2/);
    expect(() => journal.record(report(1))).toThrow('Another worker has this call.');
    const again = await one.open(tenantId, callId);
    expect(again.state.attempt).toBe(2);
    await again.record(report(1));
    expect(one.sessions).toEqual([]);
    expect((await typesStored()).slice(-2)).toEqual(['CallResumed', 'CallStatusReported']);
  });

  it('are lost once, whoever finds out and however many at the same time', async () => {
    const calls = [newProcess(), newProcess(), newProcess()];
    const [first] = calls;
    if (!first) throw new Error('There is no process.');
    await beginIn(first);
    const journals = await Promise.all(calls.map((one) => one.open(tenantId, callId)));
    await Promise.all(journals.map((journal, n) => journal.record(lose(1, 900 + n), `lost:${callId}:1`)));
    expect((await typesStored()).filter((type) => type === 'MediaStreamLost')).toHaveLength(1);
    await Promise.all(journals.map((journal, n) => journal.record(report(n))));
    expect((await typesStored()).filter((type) => type === 'CallStatusReported')).toHaveLength(3);
  });
});
