import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EndCall } from '../../src/client/operations.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { DEFAULT_ACCOUNT_SID } from '../../src/simulator/place-call.js';
import { startTwilioEmulator, type TwilioEmulator } from '../emulators/twilio/emulator.js';
import { AtOnce } from '../support/at-once.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  TWILIO_AUTH_TOKEN,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { type Call, eventsOf, TestCalls } from '../support/test-calls.js';
import { newCallSid } from '../support/twilio.js';
import { WrittenCall } from '../support/written-call.js';

const COLLEAGUE = '+14155550133';
/** Longer than any test waits. */
const TALKS_MS = 600_000;

const wanted: CallEvent = {
  type: 'TransferRequested',
  data: { transfer: 1, to: COLLEAGUE, by: 'agent', turn: 1, atMs: 5_000 },
};
const dialed: CallEvent = { type: 'TransferDialed', data: { transfer: 1, atMs: 6_000 } };
const endAsked: CallEvent = { type: 'CallEndRequested', data: { atMs: 5_900 } };

const isDialed = ({ events }: Call) => events.nodes.some(({ type }) => type === 'TransferDialed');
const typesOf = (call: Call) => call.events.nodes.map(({ type }) => type);

describe('a call that a person has', () => {
  let twilio: TwilioEmulator;
  let platform: TestPlatform;
  let tenant: TestTenant;
  let callers: TestCalls;
  let database: pg.Pool;
  const calls = new AtOnce();
  const over = new AbortController();
  beforeAll(async () => {
    twilio = await startTwilioEmulator({ accountSid: DEFAULT_ACCOUNT_SID, authToken: TWILIO_AUTH_TOKEN });
    platform = await startTestPlatform({
      environment: {
        TWILIO_AUTH_TOKEN,
        TWILIO_ACCOUNT_SID: DEFAULT_ACCOUNT_SID,
        TWILIO_API_BASE_URL: twilio.url,
      },
    });
    tenant = await createTestTenant(platform, { greeting: 'Hello.', transferTo: COLLEAGUE });
    callers = new TestCalls(platform, tenant);
    database = new pg.Pool({ connectionString: platform.databaseUrl, max: 1 });
    calls.start();
  });
  afterAll(async () => {
    over.abort();
    await calls.settled();
    await database.end();
    await platform.close();
    await twilio.close();
  });

  const requestsFor = (callSid: string) =>
    twilio.requests.filter((request) => request.callSid === callSid).map(({ status }) => status);
  const endedBy = ({ client }: TestTenant, callId: string) =>
    client.request(EndCall, { input: { callId } }).then(({ endCall }) => endCall);

  /** It's put through, and ends by nobody but the test. */
  const talk = async (callSid: string) => {
    const steps = [
      { waitForAgent: true },
      { say: 'Can I talk to a real person, please?' },
      { pauseMs: TALKS_MS },
    ];
    const options = { callSid, personTalksMs: TALKS_MS, onPlaced: twilio.onPlaced, signal: over.signal };
    const report = callers.place(steps, options);
    const { id } = await callers.until(callSid, 'the person has it', isDialed);
    return { id, report };
  };

  const ended = calls.add(async () => {
    const { id, report } = await talk(newCallSid());
    const stranger = await endedBy(await createTestTenant(platform), id);
    const answers = [await endedBy(tenant, id), await endedBy(tenant, id)];
    return { report: await report, stranger, answers };
  });
  it('is ended by an operator of its tenant, once, and says who ended it', async () => {
    const { report, stranger, answers } = await ended();
    expect(stranger.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(answers[0]).toMatchObject({ userErrors: [], call: { id: expect.any(String) } });
    expect(report).toMatchObject({ dials: [COLLEAGUE], endedBy: 'platform', errors: [] });
    const call = await callers.ended(report.callSid);
    expect(call).toMatchObject({ status: 'COMPLETED', endReason: 'OPERATOR', endedBy: 'operator' });
    expect(typesOf(call).filter((type) => /^Transfer|^CallEnd/.test(type))).toEqual([
      'TransferRequested',
      'TransferDialed',
      'CallEndRequested',
      'CallEnded',
    ]);
    expect(requestsFor(report.callSid)).toEqual(['completed']);
    const { userErrors } = await endedBy(tenant, call.id);
    expect(userErrors).toMatchObject([{ code: 'CONFLICT', message: 'The call has ended.' }]);
  });

  const endedLate = calls.add(async () => {
    const callSid = newCallSid();
    const { id, report } = await talk(callSid);
    twilio.failures.set(callSid, 2);
    return { answer: await endedBy(tenant, id), report: await report };
  });
  it('is ended as soon as Twilio does what it is told', async () => {
    const { answer, report } = await endedLate();
    expect(answer.userErrors).toEqual([]);
    expect(report).toMatchObject({ endedBy: 'platform', errors: [] });
    expect(requestsFor(report.callSid)).toEqual(['completed', 'completed', 'completed']);
    const call = await callers.ended(report.callSid);
    expect(call).toMatchObject({ endReason: 'OPERATOR', endedBy: 'operator' });
    expect(eventsOf(call, 'CallEndRequested')).toHaveLength(1);
  });

  /** Of another process, which died then. */
  const written = async (...events: readonly CallEvent[]): Promise<WrittenCall> => {
    const call = new WrittenCall(platform.storage.ledger, tenant.tenantId, 1);
    await call.until('AgentTurnSpoken');
    await call.append(events);
    return call;
  };
  const wantedEnds = async (): Promise<string> => {
    const { rows } = await database.query('select stream from ops.wanted_ends');
    return rows.map(({ stream }) => stream).join();
  };
  const isEnded = async ({ callSid }: WrittenCall): Promise<void> => {
    const shown = await callers.until(callSid, 'it has ended', ({ endReason }) => endReason != null);
    expect(shown).toMatchObject({ endReason: 'OPERATOR', endedBy: 'operator' });
    expect(requestsFor(callSid)).toEqual(['completed']);
  };

  it('is ended by whoever finds the wish, also where Twilio says that it is over', async () => {
    const late = await written(wanted, endAsked);
    await isEnded(await written(wanted, dialed, endAsked));
    // What was asked for before that is known, and was nobody's then.
    expect(requestsFor(late.callSid)).toEqual([]);
    await late.append([dialed]);
    await isEnded(late);
  });

  it('is ended though Twilio refuses again and again to end one that was to end before', async () => {
    const stubborn = await written(wanted, dialed);
    twilio.failures.set(stubborn.callSid, Number.POSITIVE_INFINITY);
    await stubborn.append([endAsked]);
    await until('Twilio has refused it', async () => requestsFor(stubborn.callSid).length > 0);
    await isEnded(await written(wanted, dialed, endAsked));
    const refused = requestsFor(stubborn.callSid).length;
    await until('it is asked again', async () => requestsFor(stubborn.callSid).length > refused);
    twilio.failures.delete(stubborn.callSid);
    const { endReason } = await callers.until(
      stubborn.callSid,
      'it has ended, too',
      (call) => call.endReason != null,
    );
    expect(endReason).toBe('OPERATOR');
  });

  it('is asked to end no more once it is over anyway', async () => {
    const stubborn = await written(wanted, dialed);
    twilio.failures.set(stubborn.callSid, Number.POSITIVE_INFINITY);
    await stubborn.append([endAsked]);
    await until('Twilio has refused it', async () => requestsFor(stubborn.callSid).length > 0);
    const ended: CallEvent = {
      type: 'CallEnded',
      data: { reason: 'transferred', by: 'carrier', atMs: 9_000, durationMs: 9_000 },
    };
    await stubborn.append([ended]);
    await until('nobody is asked to end it', async () => !(await wantedEnds()).includes(stubborn.callId));
  });
});
