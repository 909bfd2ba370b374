import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../src/client/api-client.js';
import type { CallTranscriptSubscription } from '../../src/client/gql/graphql.js';
import { ActiveCalls, CallTranscript } from '../../src/client/operations.js';
import { Providers } from '../../src/providers/registry.js';
import { createSandboxProviders } from '../../src/providers/sandbox/index.js';
import { AtOnce } from '../support/at-once.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { startTcpProxy } from '../support/tcp-proxy.js';
import { TestCalls } from '../support/test-calls.js';
import { newCallSid } from '../support/twilio.js';

type Item = CallTranscriptSubscription['callTranscript'];

const PROMPT = `You are Ada, the receptionist of Rosewood Dental.
On Saturday from nine to one.
A check-up costs eighty dollars, takes half an hour, and includes cleaning and a talk with the dentist about your teeth.
Press 1 for help: come at once.
When the caller says goodbye, say goodbye and end the call.`;

describe('a conversation', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  let callers: TestCalls;
  const calls = new AtOnce();
  beforeAll(async () => {
    const sandbox = createSandboxProviders({ espeakNg: null });
    platform = await startTestPlatform({ providers: new Providers({ sandbox }, 'sandbox') });
    tenant = await createTestTenant(platform, { greeting: 'Hello, this is Ada.', systemPrompt: PROMPT });
    callers = new TestCalls(platform, tenant);
    calls.start();
  });
  afterAll(async () => {
    await calls.settled();
    await platform.close();
  });

  const callIdOf = async (callSid: string): Promise<string> =>
    (await callers.until(callSid, 'the call came in', () => true)).id;

  const whole = calls.add(() =>
    callers.place([
      { waitForAgent: true },
      { say: 'Are you open on Saturday?' },
      { say: 'How much does a check-up cost?' },
      { interrupt: 'Wait, are you open on Saturday?', afterMs: 2_000 },
      { press: '1' },
      { hangUp: true },
    ]),
  );
  it('is greeted, answered, interrupted, and keyed, and the caller hangs up', async () => {
    const report = await whole();
    expect(report).toMatchObject({
      ok: true,
      outcome: 'completed',
      endedBy: 'caller',
      underruns: [],
      unanswered: 0,
    });
    // Caller and platform share this process: what made the one late made the other late, too.
    const { lateMaxMs } = report.generator;
    expect(report.interruptions?.max).toBeLessThan(900 + lateMaxMs);
    const call = await callers.ended(report.callSid);
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
      expect(Math.abs((responseMs ?? Number.NaN) + (leadingSilenceMs ?? 0) - outside)).toBeLessThan(
        250 + lateMaxMs,
      );
      expect(ownMs).toBeLessThan(100 + lateMaxMs);
    }
  });

  const goodbye = calls.add(() =>
    callers.place([{ waitForAgent: true }, { say: 'Goodbye.' }, { pauseMs: 8_000 }]),
  );
  it('is ended by the agent when the caller says goodbye', async () => {
    const report = await goodbye();
    expect(report).toMatchObject({ outcome: 'completed', endedBy: 'platform' });
    expect(report.twiml.at(-1)).toContain('<Response><Hangup/></Response>');
    const call = await callers.ended(report.callSid);
    expect(call).toMatchObject({ endReason: 'AGENT_ENDED', endedBy: 'agent' });
    expect(call.events.nodes.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['ToolCalled', 'ToolReturned']),
    );
  });

  const broken = calls.add(async () => {
    const callSid = newCallSid();
    const line = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(platform.url).port) });
    const done = callers.place(
      [
        { waitForAgent: true },
        { say: 'How much does a check-up cost?' },
        { say: 'Thank you!' },
        { hangUp: true },
      ],
      { callSid, platformUrl: line.urlOf(platform.url) },
    );
    await callers.until(callSid, 'the agent answers', ({ events }) =>
      events.nodes.some(({ type }) => type === 'AgentTurnStarted'),
    );
    await line.cut();
    await line.restore();
    const report = await done;
    await line.close();
    return report;
  });
  it('goes on when its media stream breaks, with all that was said', async () => {
    const report = await broken();
    expect(report.streams).toHaveLength(2);
    const call = await callers.ended(report.callSid);
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

    const live = calls.add(async () => {
      const callSid = newCallSid();
      const done = callers.place(
        [{ waitForAgent: true }, { say: 'Are you open on Saturday?' }, { hangUp: true }],
        { callSid },
      );
      const items = await follow(tenant.client, await callIdOf(callSid), null);
      await done;
      return items;
    });
    it('live, with interims, to its end', async () => {
      const items = await live();
      const finals = items.filter(({ final }) => final);
      expect(finals.map(({ kind, speaker, text }) => [kind, speaker, text])).toEqual([
        ['SPEECH', 'AGENT', 'Hello, this is Ada.'],
        ['SPEECH', 'CALLER', 'Are you open on Saturday?'],
        ['SPEECH', 'AGENT', 'On Saturday from nine to one.'],
        ['ENDED', null, null],
      ]);
      const interims = items.filter(({ final, speaker }) => !final && speaker === 'CALLER');
      expect(interims.length).toBeGreaterThan(2);
      expect(interims.every(({ cursor }) => cursor === null)).toBe(true);
      expect('Are you open on Saturday?').toContain(interims[0]?.text ?? '-');
    });

    const again = calls.add(() =>
      callers.place([{ waitForAgent: true }, { say: 'Are you open on Saturday?' }, { hangUp: true }]),
    );
    it('again from any item on: no gap and no double', async () => {
      const report = await again();
      await callers.ended(report.callSid);
      const callId = await callIdOf(report.callSid);
      const whole = await follow(tenant.client, callId, null);
      expect(whole.at(-1)?.kind).toBe('ENDED');
      for (const [at, { cursor }] of whole.entries()) {
        expect(await follow(tenant.client, callId, cursor ?? null)).toEqual(whole.slice(at + 1));
      }
    });

    const cut = calls.add(async () => {
      const callSid = newCallSid();
      const done = callers.place(
        [
          { waitForAgent: true },
          { say: 'Are you open on Saturday?' },
          { say: 'Thank you!' },
          { hangUp: true },
        ],
        { callSid },
      );
      const callId = await callIdOf(callSid);
      const first = (await follow(tenant.client, callId, null, 2)).filter(({ final }) => final);
      const rest = (await follow(tenant.client, callId, first.at(-1)?.cursor ?? null)).filter(
        ({ final }) => final,
      );
      await done;
      return { callId, items: [...first, ...rest] };
    });
    it('across a cut in the middle of the call', async () => {
      const { callId, items } = await cut();
      expect(items).toEqual(await follow(tenant.client, callId, null));
    });

    const short = calls.add(() => callers.place([{ waitForAgent: true }, { hangUp: true }]));
    it('by its tenant only', async () => {
      const report = await short();
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

    const active = calls.add(async () => {
      const changes: string[] = [];
      const callSid = newCallSid();
      const following = (async () => {
        for await (const { activeCalls } of tenant.client.subscribe(ActiveCalls, {})) {
          if (activeCalls.call.callSid !== callSid) continue;
          changes.push(`${activeCalls.change} ${activeCalls.call.status}`);
          if (activeCalls.change === 'ENDED') break;
        }
      })();
      await callers.place([{ waitForAgent: true }, { hangUp: true }], { callSid });
      await following;
      return changes;
    });
    it('among the active calls, from its start to its end', async () => {
      const changes = await active();
      expect(changes[0]).toMatch(/^(STARTED|SNAPSHOT)/);
      expect(changes.at(-1)).toBe('ENDED COMPLETED');
    });
  });
});
