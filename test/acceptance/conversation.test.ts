import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../src/client/api-client.js';
import type { CallBySidQuery, CallTranscriptSubscription } from '../../src/client/gql/graphql.js';
import { ActiveCalls, CallBySid, CallTranscript } from '../../src/client/operations.js';
import { Providers } from '../../src/providers/registry.js';
import { createSandboxProviders } from '../../src/providers/sandbox/index.js';
import type { CallReport } from '../../src/simulator/call-report.js';
import { placeCall } from '../../src/simulator/place-call.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  TWILIO_AUTH_TOKEN,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { startTcpProxy } from '../support/tcp-proxy.js';
import { CALLER, newCallSid } from '../support/twilio.js';

type Call = NonNullable<CallBySidQuery['call']>;
type Item = CallTranscriptSubscription['callTranscript'];

const PROMPT = `You are Ada, the receptionist of Rosewood Dental.
On Saturday we are open from nine to one.
A check-up costs eighty dollars, takes half an hour, and includes cleaning and a talk with the dentist about your teeth.
Press 1 for emergencies: please come at once.
When the caller says goodbye, say goodbye and end the call.`;

describe('a conversation', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  beforeAll(async () => {
    const sandbox = createSandboxProviders({ espeakNg: null });
    platform = await startTestPlatform({ providers: new Providers({ sandbox }, 'sandbox') });
    tenant = await createTestTenant(platform, { greeting: 'Hello, this is Ada.', systemPrompt: PROMPT });
  });
  afterAll(() => platform.close());

  const talk = (
    steps: readonly object[],
    callSid = newCallSid(),
    platformUrl = platform.url,
  ): Promise<CallReport> =>
    placeCall({
      platformUrl,
      publicUrl: platform.url,
      authToken: TWILIO_AUTH_TOKEN,
      callSid,
      from: CALLER,
      to: tenant.number,
      scenario: parseScenario({ name: 'test', steps }, 'the test'),
    });

  /** The call once it's over, and the carrier has reported so. */
  const ended = (callSid: string): Promise<Call> =>
    until('the call has ended', async () => {
      const { call } = await tenant.client.request(CallBySid, { callSid });
      return call?.endReason && call.carrierDurationSeconds != null ? call : undefined;
    });

  const callIdOf = (callSid: string): Promise<string> =>
    until('the call came in', async () => (await tenant.client.request(CallBySid, { callSid })).call?.id);

  it('is greeted, answered, interrupted, and keyed, and the caller hangs up', async () => {
    const report = await talk([
      { waitForAgent: true },
      { say: 'Are you open on Saturday?' },
      { say: 'How much does a check-up cost?' },
      { interrupt: 'Wait, are you open on Saturday?', afterMs: 2_000 },
      { press: '1' },
      { hangUp: true },
    ]);
    expect(report).toMatchObject({
      ok: true,
      outcome: 'completed',
      endedBy: 'caller',
      underruns: [],
      unanswered: 0,
    });
    expect(report.interruptions?.max).toBeLessThan(900);
    const call = await ended(report.callSid);
    expect(call).toMatchObject({
      status: 'COMPLETED',
      endReason: 'CALLER_HUNG_UP',
      endedBy: 'caller',
      mediaAttempts: 1,
      turnCount: 4,
      interruptions: 1,
      agentVersion: 1,
    });
    expect(
      call.turns.map(({ turn, callerText, callerKeys, interrupted }) => [
        turn,
        callerText ?? callerKeys,
        interrupted,
      ]),
    ).toEqual([
      [0, null, false],
      [1, 'Are you open on Saturday?', false],
      [2, 'How much does a check-up cost?', true],
      [3, 'Wait, are you open on Saturday?', false],
      [4, '1', false],
    ]);
    const [greeting, first, second, third, fourth] = call.turns;
    expect(greeting?.agentHeardText).toBe('Hello, this is Ada.');
    expect(first?.agentHeardText).toContain('from nine to one');
    expect(second?.agentText).toContain('eighty dollars');
    expect(second?.agentText).toContain(second?.agentHeardText ?? '-');
    expect(second?.agentHeardText).not.toBe(second?.agentText);
    expect(third?.agentHeardText).toContain('from nine to one');
    expect(fourth?.agentHeardText).toContain('come at once');
    // Within a second of what the caller waited, from inside and from outside.
    for (const [at, turn] of [first, second, third].entries()) {
      const outside = report.turns[at]?.responseMs ?? Number.NaN;
      const { responseMs, leadingSilenceMs, ownMs } = turn?.latency ?? {};
      expect(Math.abs((responseMs ?? Number.NaN) + (leadingSilenceMs ?? 0) - outside)).toBeLessThan(250);
      expect(ownMs).toBeLessThan(100);
    }
  });

  it('is ended by the agent when the caller says goodbye', async () => {
    const report = await talk([{ waitForAgent: true }, { say: 'Goodbye.' }, { pauseMs: 8_000 }]);
    expect(report).toMatchObject({ outcome: 'completed', endedBy: 'platform' });
    expect(report.twiml.at(-1)).toContain('<Response><Hangup/></Response>');
    const call = await ended(report.callSid);
    expect(call).toMatchObject({ endReason: 'AGENT_ENDED', endedBy: 'agent' });
    expect(call.events.nodes.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['ToolCalled', 'ToolReturned']),
    );
  });

  it('goes on when its media stream breaks, with all that was said', async () => {
    const callSid = newCallSid();
    const line = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(platform.url).port) });
    const done = talk(
      [
        { waitForAgent: true },
        { say: 'How much does a check-up cost?' },
        { say: 'Thank you!' },
        { hangUp: true },
      ],
      callSid,
      line.urlOf(platform.url),
    );
    await until('the agent answers', async () => {
      const { call } = await tenant.client.request(CallBySid, { callSid });
      return call?.events.nodes.some(({ type }) => type === 'AgentTurnStarted');
    });
    await line.cut();
    await line.restore();
    const report = await done;
    await line.close();
    expect(report.streams).toHaveLength(2);
    const call = await ended(callSid);
    expect(call).toMatchObject({ mediaAttempts: 2, endReason: 'CALLER_HUNG_UP' });
    const types = call.events.nodes.map(({ type }) => type);
    expect(types.filter((type) => type === 'GreetingStarted')).toHaveLength(1);
    expect(types).toEqual(expect.arrayContaining(['MediaStreamLost', 'CallResumed']));
    expect(call.turns.map(({ callerText }) => callerText)).toEqual([
      null,
      'How much does a check-up cost?',
      'Thank you!',
    ]);
  });

  describe('is followed', () => {
    const follow = async (
      client: ApiClient,
      callId: string,
      after: string | null,
      limit = Number.POSITIVE_INFINITY,
    ): Promise<Item[]> => {
      const items: Item[] = [];
      for await (const { callTranscript } of client.subscribe(CallTranscript, { callId, after })) {
        items.push(callTranscript);
        if (items.filter(({ final }) => final).length >= limit) break;
      }
      return items;
    };

    it('live, with interims, to its end', async () => {
      const callSid = newCallSid();
      const done = talk(
        [{ waitForAgent: true }, { say: 'Are you open on Saturday?' }, { hangUp: true }],
        callSid,
      );
      const items = await follow(tenant.client, await callIdOf(callSid), null);
      await done;
      const finals = items.filter(({ final }) => final);
      expect(finals.map(({ kind, speaker, text }) => [kind, speaker, text])).toEqual([
        ['SPEECH', 'AGENT', 'Hello, this is Ada.'],
        ['SPEECH', 'CALLER', 'Are you open on Saturday?'],
        ['SPEECH', 'AGENT', 'On Saturday we are open from nine to one.'],
        ['ENDED', null, null],
      ]);
      const interims = items.filter(({ final, speaker }) => !final && speaker === 'CALLER');
      expect(interims.length).toBeGreaterThan(2);
      expect(interims.every(({ cursor }) => cursor === null)).toBe(true);
      expect('Are you open on Saturday?').toContain(interims[0]?.text ?? '-');
    });

    it('again from any item on: no gap and no double', async () => {
      const report = await talk([
        { waitForAgent: true },
        { say: 'Are you open on Saturday?' },
        { hangUp: true },
      ]);
      await ended(report.callSid);
      const callId = await callIdOf(report.callSid);
      const whole = await follow(tenant.client, callId, null);
      expect(whole.at(-1)?.kind).toBe('ENDED');
      for (const [at, { cursor }] of whole.entries()) {
        expect(await follow(tenant.client, callId, cursor ?? null)).toEqual(whole.slice(at + 1));
      }
    });

    it('across a cut in the middle of the call', async () => {
      const callSid = newCallSid();
      const done = talk(
        [
          { waitForAgent: true },
          { say: 'Are you open on Saturday?' },
          { say: 'Thank you!' },
          { hangUp: true },
        ],
        callSid,
      );
      const callId = await callIdOf(callSid);
      const first = (await follow(tenant.client, callId, null, 2)).filter(({ final }) => final);
      const rest = (await follow(tenant.client, callId, first.at(-1)?.cursor ?? null)).filter(
        ({ final }) => final,
      );
      await done;
      expect([...first, ...rest]).toEqual(await follow(tenant.client, callId, null));
    });

    it('by its tenant only', async () => {
      const report = await talk([{ waitForAgent: true }, { hangUp: true }]);
      const callId = await callIdOf(report.callSid);
      const other = await createTestTenant(platform);
      await expect(follow(other.client, callId, null)).rejects.toMatchObject({
        errors: [{ message: `Call not found: ${callId}`, extensions: { code: 'NOT_FOUND' } }],
      });
      await expect(follow(tenant.client, 'call_nonsense', null)).rejects.toMatchObject({
        errors: [{ extensions: { code: 'NOT_FOUND' } }],
      });
      await expect(follow(tenant.client, callId, 'nonsense')).rejects.toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
      });
      await expect(follow(new ApiClient(platform.url, 'nonsense'), callId, null)).rejects.toMatchObject({
        code: 4403,
      });
    });

    it('among the active calls, from its start to its end', async () => {
      const changes: string[] = [];
      const callSid = newCallSid();
      const following = (async () => {
        for await (const { activeCalls } of tenant.client.subscribe(ActiveCalls, {})) {
          if (activeCalls.call.callSid !== callSid) continue;
          changes.push(`${activeCalls.change} ${activeCalls.call.status}`);
          if (activeCalls.change === 'ENDED') break;
        }
      })();
      await talk([{ waitForAgent: true }, { hangUp: true }], callSid);
      await following;
      expect(changes[0]).toMatch(/^(STARTED|SNAPSHOT)/);
      expect(changes.at(-1)).toBe('ENDED COMPLETED');
    });
  });
});
