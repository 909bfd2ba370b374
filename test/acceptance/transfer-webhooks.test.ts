import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndCall } from '../../src/client/operations.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { callStream } from '../../src/domain/stream.js';
import { Pseudonyms } from '../../src/ledger/keys/pseudonyms.js';
import { testContext } from '../support/ledger.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { lockTable } from '../support/postgres/lock-table.js';
import { testIndexKey } from '../support/secrets.js';
import { ACCOUNT_SID, type Form, incomingCall, newCallSid, postWebhook } from '../support/twilio.js';

const COLLEAGUE = '+14155550133';

/** A call that is answered, and what its worker recorded before it was gone. */
const carried: readonly CallEvent[] = [
  { type: 'CallAnswered', data: { atMs: 500 } },
  { type: 'MediaStreamStarted', data: { attempt: 1, worker: 'gone', streamSid: 'MZ1', atMs: 500 } },
];
const wanted = (by: 'agent' | 'platform', turn?: number): CallEvent => ({
  type: 'TransferRequested',
  data: { transfer: 1, to: COLLEAGUE, by, ...(turn !== undefined && { turn }), atMs: 3_000 },
});

describe('what Twilio is told of a call that is put through', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  beforeAll(async () => {
    platform = await startTestPlatform({ cuttable: true });
    tenant = await createTestTenant(platform, { greeting: 'Hello!' });
  });
  afterAll(() => platform.close());

  const streamOf = ({ CallSid = '' }: Form) =>
    callStream(tenant.tenantId, new Pseudonyms(testIndexKey).callId(ACCOUNT_SID, CallSid));
  const eventsOf = (form: Form) => platform.storage.ledger.readStream(streamOf(form));
  const typesOf = async (form: Form) => (await eventsOf(form)).map(({ type }) => type);

  /** What another process appended, since. */
  const append = async (form: Form, ...events: readonly CallEvent[]): Promise<void> => {
    const revision = (await eventsOf(form)).length - 1;
    const context = { ...testContext(randomUUID()), occurredAt: new Date().toISOString() };
    await platform.storage.ledger.append(streamOf(form), events, revision, context);
  };
  const callWith = async (...events: readonly CallEvent[]): Promise<Form> => {
    const form = incomingCall(tenant.number);
    await ask(form, 'incoming-call');
    await append(form, ...carried, ...events);
    return form;
  };
  const ask = async (form: Form, path: string, more: Form = {}): Promise<string> => {
    const { status, body } = await postWebhook(platform, `/webhooks/${path}`, { ...form, ...more });
    expect(status).toBe(200);
    return body;
  };
  const ended = (form: Form) => ask(form, 'stream-ended?attempt=1');
  const over = (form: Form, DialCallStatus: string) =>
    ask(form, 'transfer-ended?transfer=1', { DialCallStatus, DialCallDuration: '12' });

  it('is to dial, as often as it asks, and no stream is lost', async () => {
    const form = await callWith(wanted('agent', 1));
    const twiml = await ended(form);
    expect(twiml).toContain(
      `<Response><Dial action="${platform.url}/webhooks/transfer-ended?transfer=1" timeout="30" timeLimit="14400"><Number>${COLLEAGUE}</Number></Dial></Response>`,
    );
    expect(await ended(form)).toBe(twiml);
    expect((await typesOf(form)).slice(3)).toEqual(['TransferRequested', 'TransferDialed']);
  });

  it('is to say first what an agent without a voice could not say', async () => {
    const twiml = await ended(await callWith(wanted('platform')));
    expect(twiml).toMatch(/<Response><Say language="en-US">I am sorry, .+<\/Say><Dial /);
    expect(await ended(await callWith(wanted('platform', 2)))).not.toContain('<Say');
  });

  it.each([
    ['busy', 'busy'],
    ['no-answer', 'no_answer'],
    ['failed', 'failed'],
    ['canceled', 'cancelled'],
    ['something new', 'failed'],
  ])('is the next media stream where it was %s, however often it asks', async (status, outcome) => {
    const form = await callWith(wanted('agent', 1));
    await ended(form);
    for (let times = 0; times < 2; times++) {
      expect(await over(form, status)).toContain('/webhooks/stream-ended?attempt=2"><Stream ');
    }
    const events = await eventsOf(form);
    expect(events.map(({ type }) => type).slice(5)).toEqual(['TransferEnded']);
    expect(events.at(-1)?.data).toMatchObject({ outcome, durationSeconds: 12 });
  });

  it.each(['completed', 'answered'])(
    'is to hang up where it was %s, however often it asks',
    async (status) => {
      const form = await callWith(wanted('agent', 1));
      await ended(form);
      expect(await over(form, status)).toContain('<Response><Hangup/></Response>');
      expect(await over(form, status)).toContain('<Response><Hangup/></Response>');
      const events = await eventsOf(form);
      expect(events.slice(-2)).toMatchObject([
        { type: 'TransferEnded', data: { outcome: 'answered', durationSeconds: 12 } },
        { type: 'CallEnded', data: { reason: 'transferred', by: 'agent' } },
      ]);
    },
  );

  it.each([
    ['while two talk', [], 'transferred'],
    ['while the agent is on its way back', ['busy'], 'caller_hung_up'],
  ])('ends a call by its report %s', async (_, statuses, reason) => {
    const form = await callWith(wanted('agent', 1));
    await ended(form);
    for (const status of statuses) await over(form, status);
    await ask(form, 'call-status', { CallStatus: 'completed', SequenceNumber: '1' });
    expect((await eventsOf(form)).at(-1)).toMatchObject({ type: 'CallEnded', data: { reason } });
    // What came of it may be told later than the end.
    if (statuses.length > 0) return;
    expect(await over(form, 'completed')).toContain('<Hangup/>');
    expect((await typesOf(form)).slice(-2)).toEqual(['CallEnded', 'TransferEnded']);
  });

  it.each([
    ['hung up while it rang', 'no-answer', { reason: 'caller_hung_up', by: 'caller' }],
    ['hung up on a person', 'completed', { reason: 'transferred', by: 'agent' }],
  ])('ends the call of a caller who %s, without a report', async (_, status, end) => {
    const form = await callWith(wanted('agent', 1));
    await ended(form);
    const told = { CallStatus: 'completed', DialCallStatus: status };
    for (let times = 0; times < 2; times++) {
      expect(await ask(form, 'transfer-ended?transfer=1', told)).toContain('<Hangup/>');
    }
    const events = await eventsOf(form);
    expect(events.map(({ type }) => type).slice(5)).toEqual(['TransferEnded', 'CallEnded']);
    expect(events.at(-1)?.data).toMatchObject(end);
  });

  it('is to hang up where an operator wanted the end', async () => {
    const form = await callWith({ type: 'CallEndRequested', data: { atMs: 2_000 } });
    expect(await ended(form)).toContain('<Response><Hangup/></Response>');
    const events = await eventsOf(form);
    expect(events.slice(-1)).toMatchObject([
      { type: 'CallEnded', data: { reason: 'operator', by: 'operator' } },
    ]);
  });

  it('is to hang up where an operator wants the end just as it is to dial', async () => {
    const form = await callWith(wanted('agent', 1));
    // Between what the answer is to be and its being recorded stands a claim, which is made to wait.
    const claims = await lockTable(platform.databaseUrl, 'ops.handovers');
    const answer = ended(form);
    await claims.awaited();
    await append(form, { type: 'CallEndRequested', data: { atMs: 3_500 } });
    await claims.release();
    expect(await answer).toContain('<Response><Hangup/></Response>');
    expect((await eventsOf(form)).at(-1)).toMatchObject({
      type: 'CallEnded',
      data: { reason: 'operator', by: 'operator' },
    });
  });

  it.each(['completed', 'no-answer'])(
    'is to hang up, by the operator who wanted the end, where Twilio was told to end it and tells that it was %s',
    async (status) => {
      const form = await callWith(wanted('agent', 1));
      await ended(form);
      await append(form, { type: 'CallEndRequested', data: { atMs: 4_000 } });
      const told = { CallStatus: 'completed', DialCallStatus: status };
      expect(await ask(form, 'transfer-ended?transfer=1', told)).toContain('<Hangup/>');
      const events = await eventsOf(form);
      expect(events.map(({ type }) => type).slice(6)).toEqual(['TransferEnded', 'CallEnded']);
      expect(events.at(-1)?.data).toMatchObject({ reason: 'operator', by: 'operator' });
    },
  );

  it('is nothing where an operator wants the end and its API is not at hand: that is refused, and says what to do', async () => {
    const form = await callWith(wanted('agent', 1));
    await ended(form);
    const callId = new Pseudonyms(testIndexKey).callId(ACCOUNT_SID, form.CallSid ?? '');
    const { endCall } = await tenant.client.request(EndCall, { input: { callId } });
    expect(endCall.userErrors).toMatchObject([
      { code: 'CONFLICT', message: expect.stringMatching(/one of the two hangs up.*set TWILIO_ACCOUNT_SID/) },
    ]);
    expect((await typesOf(form)).at(-1)).toBe('TransferDialed');
  });

  it('is to wait while the ledger is away, and to tell again what came of it', async () => {
    const form = { ...incomingCall(tenant.number), CallSid: newCallSid() };
    await platform.databaseLine.cut();
    const twiml = await over(form, 'no-answer');
    await platform.databaseLine.restore();
    expect(twiml).toContain('<Pause length="1"/>');
    const [, url = ''] = /<Redirect method="POST">([^<]+)</.exec(twiml) ?? [];
    expect(url.replaceAll('&amp;', '&')).toBe(
      `${platform.url}/webhooks/transfer-ended?transfer=1&status=no-answer&seconds=12`,
    );
  });

  it('takes what came of it from there', async () => {
    const form = await callWith(wanted('agent', 1));
    await ended(form);
    const twiml = await ask(form, 'transfer-ended?transfer=1&status=no-answer&seconds=12');
    expect(twiml).toContain('attempt=2"><Stream ');
    expect((await eventsOf(form)).at(-1)?.data).toMatchObject({ outcome: 'no_answer', durationSeconds: 12 });
  });
});
