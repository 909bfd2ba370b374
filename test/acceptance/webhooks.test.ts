import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallBySid } from '../../src/client/operations.js';
import {
  createTestTenant,
  newNumber,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { incomingCall, newCallSid, postWebhook, signatureOf, streamUrlOf } from '../support/twilio.js';

describe("Twilio's webhooks", () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  beforeAll(async () => {
    platform = await startTestPlatform();
    tenant = await createTestTenant(platform, { greeting: 'Hello!' });
  });
  afterAll(() => platform.close());

  const call = (form: Record<string, string>, path = '/webhooks/incoming-call') =>
    postWebhook(platform, path, form);
  const headOfLedger = () => platform.storage.ledger.store.head();

  /** The call as the API shows it, once it does. */
  const shown = (callSid: string, owner: TestTenant = tenant) =>
    until(
      'the call is shown',
      async () => (await owner.client.request(CallBySid, { callSid })).call ?? undefined,
    );

  describe('a call to a number', () => {
    it('is connected to a media stream, and shown', async () => {
      const form = incomingCall(tenant.number);
      const { status, type, body } = await call(form);
      expect({ status, type }).toEqual({ status: 200, type: expect.stringContaining('application/xml') });
      expect(body).toMatch(
        /^<\?xml .*<Response><Connect action="[^"]+\/webhooks\/stream-ended\?attempt=1"><Stream url="ws:/,
      );
      expect(await shown(form.CallSid ?? '')).toMatchObject({
        status: 'RINGING',
        from: form.From,
        to: tenant.number,
        agent: { id: tenant.agentId },
        agentVersion: 1,
      });
    });

    it('is one call, however often its webhook comes', async () => {
      const form = incomingCall(tenant.number);
      const answers = await Promise.all([call(form), call(form), call(form, '/api/callbot/incoming-call')]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const { events } = await shown(form.CallSid ?? '');
      expect(events.nodes.map(({ type }) => type)).toEqual(['CallReceived']);
    });

    it('keeps its tenant when the number changes hands', async () => {
      const form = incomingCall(tenant.number);
      await call(form);
      const before = await shown(form.CallSid ?? '');
      await call({ ...form, To: newNumber() });
      expect((await shown(form.CallSid ?? '')).events.nodes).toHaveLength(before.events.nodes.length);
    });

    it('that nobody has hears so, and is recorded', async () => {
      const form = incomingCall(newNumber());
      const { body } = await call(form);
      expect(body).toContain('The number you have called is not in service.');
      expect(body).toContain('<Hangup/>');
      expect(streamUrlOf(body)).toBeNull();
      // It belongs to no tenant: the platform's own people see it.
      const { call: recorded } = await until('the call is shown', async () => {
        const answer = await platform.admin.request(CallBySid, { callSid: form.CallSid ?? '' });
        return answer.call ? answer : undefined;
      });
      expect(recorded).toMatchObject({ status: 'REJECTED', rejectReason: 'UNKNOWN_NUMBER', to: form.To });
      expect((await tenant.client.request(CallBySid, { callSid: form.CallSid ?? '' })).call).toBeNull();
    });
  });

  describe('a request that is not Twilio’s', () => {
    it.each([
      ['has no signature', null],
      ['has a wrong signature', 'c2lnbmF0dXJl'],
      [
        'is signed with another token',
        signatureOf('http://localhost/webhooks/incoming-call', {}, 'f'.repeat(32)),
      ],
    ])('is refused when it %s, and nothing is stored', async (_, signature) => {
      const before = await headOfLedger();
      const form = incomingCall(tenant.number);
      for (const path of [
        '/webhooks/incoming-call',
        '/webhooks/call-status',
        '/webhooks/stream-ended?attempt=1',
      ]) {
        const { status, body } = await postWebhook(platform, path, form, { signature });
        expect({ path, status }).toEqual({ path, status: 403 });
        expect(JSON.parse(body)).toMatchObject({
          error: { code: 'FORBIDDEN', message: expect.stringMatching(/Signature/) },
        });
      }
      expect(await headOfLedger()).toBe(before);
    });

    it('is refused when a field was changed', async () => {
      const form = incomingCall(tenant.number);
      const signature = signatureOf(`${platform.url}/webhooks/incoming-call`, form);
      const { status } = await postWebhook(
        platform,
        '/webhooks/incoming-call',
        { ...form, From: '+1999' },
        { signature },
      );
      expect(status).toBe(403);
    });
  });

  describe('a form', () => {
    it.each(['CallSid', 'From', 'To'])('without %s is refused, and told so', async (field) => {
      const { [field]: _, ...form } = incomingCall(tenant.number);
      const { status, body } = await call(form as Record<string, string>);
      expect(status).toBe(400);
      expect(JSON.parse(body)).toMatchObject({
        error: {
          code: 'BAD_USER_INPUT',
          message: `Missing required parameter: ${field}`,
          details: { parameter: field },
        },
      });
    });

    it('with a CallSid that is none is refused', async () => {
      const { status, body } = await call({ ...incomingCall(tenant.number), CallSid: 'nonsense' });
      expect({ status, body }).toEqual({
        status: 400,
        body: expect.stringContaining('CallSid must be CA and 32'),
      });
    });
  });

  describe("the carrier's reports", () => {
    const report = (callSid: string, rest: Record<string, string>) => ({
      CallSid: callSid,
      AccountSid: incomingCall('').AccountSid ?? '',
      CallbackSource: 'call-progress-events',
      ...rest,
    });

    it('are recorded once each, in any order; the duration is in seconds', async () => {
      const form = incomingCall(tenant.number);
      const callSid = form.CallSid ?? '';
      await call(form);
      const completed = report(callSid, {
        CallStatus: 'completed',
        SequenceNumber: '3',
        CallDuration: '75',
        Duration: '2',
      });
      for (const next of [
        completed,
        completed,
        report(callSid, { CallStatus: 'in-progress', SequenceNumber: '2' }),
      ]) {
        expect((await call(next, '/webhooks/call-status')).status).toBe(200);
      }
      const ended = await until('the report is shown', async () => {
        const now = await shown(callSid);
        return now.carrierDurationSeconds != null ? now : undefined;
      });
      expect(ended).toMatchObject({ status: 'COMPLETED', carrierDurationSeconds: 75 });
      expect(ended.events.nodes.map(({ type }) => type)).toEqual([
        'CallReceived',
        'CallStatusReported',
        'CallStatusReported',
      ]);
    });

    it('are taken at the other path too', async () => {
      const form = incomingCall(tenant.number);
      await call(form);
      const next = report(form.CallSid ?? '', { CallStatus: 'ringing', SequenceNumber: '1' });
      expect((await call(next, '/api/callbot/call-status')).status).toBe(200);
    });

    it('of a call that never came in are not found', async () => {
      const callSid = newCallSid();
      const { status, body } = await call(
        report(callSid, { CallStatus: 'completed' }),
        '/webhooks/call-status',
      );
      expect({ status, body: JSON.parse(body) }).toMatchObject({
        status: 404,
        body: { error: { message: `Call not found: ${callSid}` } },
      });
    });

    it('of a status that Twilio does not have are refused', async () => {
      const { status, body } = await call(
        report(newCallSid(), { CallStatus: 'sleeping' }),
        '/webhooks/call-status',
      );
      expect({ status, body }).toEqual({
        status: 400,
        body: expect.stringContaining('CallStatus is not valid'),
      });
    });
  });

  describe('a media stream that ended', () => {
    const ended = (form: Record<string, string>, attempt: number) =>
      call(
        { CallSid: form.CallSid ?? '', AccountSid: form.AccountSid ?? '' },
        `/webhooks/stream-ended?attempt=${attempt}`,
      );

    it('is followed by the next one, and the same loss is recorded once', async () => {
      const form = incomingCall(tenant.number);
      await call(form);
      const answers = [await ended(form, 1), await ended(form, 1)];
      for (const { body } of answers) expect(body).toContain('/webhooks/stream-ended?attempt=2"');
      const { events } = await shown(form.CallSid ?? '');
      expect(events.nodes.map(({ type }) => type)).toEqual(['CallReceived', 'MediaStreamLost']);
    });

    it('again and again ends the call with an apology', async () => {
      const form = incomingCall(tenant.number);
      await call(form);
      for (let attempt = 1; attempt <= 5; attempt++)
        expect(streamUrlOf((await ended(form, attempt)).body)).not.toBeNull();
      const last = await ended(form, 6);
      expect(last.body).toContain('the connection keeps breaking');
      const call6 = await until('the end is shown', async () => {
        const now = await shown(form.CallSid ?? '');
        return now.endReason ? now : undefined;
      });
      expect(call6).toMatchObject({ status: 'FAILED', endReason: 'WORKER_LOST' });
      expect((await ended(form, 6)).body).toContain('<Response><Hangup/></Response>');
    });
  });

  describe('health', () => {
    it.each(['/health', '/health/live', '/health/ready', '/webhooks/health'])(
      'is told at %s',
      async (path) => {
        const response = await fetch(`${platform.url}${path}`);
        expect(response.status).toBe(200);
        expect(await response.json()).toMatchObject({
          status: expect.any(String),
          timestamp: expect.stringMatching(/Z$/),
          version: expect.stringMatching(/^\d+\.\d+\.\d+/),
          uptimeSeconds: expect.any(Number),
          activeCalls: 0,
        });
      },
    );
  });

  it('say so where there is nothing', async () => {
    const response = await fetch(`${platform.url}/webhooks/nothing`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: {
        code: 'NOT_FOUND',
        message: 'There is nothing at GET /webhooks/nothing.',
        requestId: expect.any(String),
      },
    });
  });
});

describe("Twilio's webhooks behind a proxy", () => {
  it('are checked against the public address, whatever the proxy says', async () => {
    const publicUrl = 'https://voice.example.com';
    const platform = await startTestPlatform({ environment: { PUBLIC_URL: `${publicUrl}/` } });
    try {
      const { number } = await createTestTenant(platform);
      const { status, body } = await postWebhook(platform, '/webhooks/incoming-call', incomingCall(number), {
        publicUrl,
      });
      expect(status).toBe(200);
      expect(body).toContain('action="https://voice.example.com/webhooks/stream-ended?attempt=1"');
      expect(body).toContain('<Stream url="wss://voice.example.com/media/');
      const own = await postWebhook(platform, '/webhooks/incoming-call', incomingCall(number));
      expect(own.status).toBe(403);
      expect(own.body).toContain(
        'check TWILIO_AUTH_TOKEN, and that PUBLIC_URL is the address that Twilio calls',
      );
    } finally {
      await platform.close();
    }
  });
});
