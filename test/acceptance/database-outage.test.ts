import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallBySidQuery } from '../../src/client/gql/graphql.js';
import { CallBySid } from '../../src/client/operations.js';
import { type CallEvent, type PlaceCallOptions, placeCall } from '../../src/simulator/place-call.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  TWILIO_AUTH_TOKEN,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { CALLER, incomingCall, newCallSid, postWebhook } from '../support/twilio.js';

type Call = NonNullable<CallBySidQuery['call']>;

describe('while PostgreSQL is away', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  beforeEach(async () => {
    platform = await startTestPlatform();
    tenant = await createTestTenant(platform, {
      greeting: 'Hello.',
      systemPrompt: 'On Saturday we are open from nine to one.',
    });
  });
  afterEach(() => platform.close());

  const call = (steps: readonly object[], more: Partial<PlaceCallOptions> = {}) =>
    placeCall({
      platformUrl: platform.url,
      authToken: TWILIO_AUTH_TOKEN,
      callSid: newCallSid(),
      from: CALLER,
      to: tenant.number,
      scenario: parseScenario({ name: 'test', steps }, 'the test'),
      ...more,
    });

  const ended = (callSid: string): Promise<Call> =>
    until('the call is shown to its end', async () => {
      const { call: shown } = await tenant.client.request(CallBySid, { callSid });
      const isReplayable = shown?.events.nodes.some(({ type }) => type === 'CallTraceStored');
      return shown?.endReason && shown.carrierDurationSeconds != null && isReplayable ? shown : undefined;
    });

  /** Whether the report or the trace is stored first is a matter of chance. */
  const storyOf = ({ events }: Call): readonly string[] =>
    events.nodes.map(({ type }) => type).filter((type) => type !== 'CallTraceStored');

  const question = { say: 'Are you open on Saturday?' };
  const answer = 'On Saturday we are open from nine to one.';
  const wholeCall = [
    'CallReceived',
    'CallAnswered',
    'MediaStreamStarted',
    'GreetingStarted',
    'GreetingSpoken',
    'CallerTurnCommitted',
    'AgentTurnComposed',
    'AgentTurnStarted',
    'AgentTurnSpoken',
  ];

  it('a call goes on as if nothing were, and all of it is stored when PostgreSQL is back', async () => {
    const line = platform.databaseLine;
    const changes: Promise<void>[] = [];
    const onEvent = (event: CallEvent) => {
      if (event.type === 'stream_opened') changes.push(line.cut());
      if (event.type === 'ended') changes.push(line.restore());
    };
    const steps = [{ waitForAgent: true }, question, { pauseMs: 1_000 }, { hangUp: true }];
    const report = await call(steps, { onEvent });
    await Promise.all(changes);
    expect(report.durationMs).toBeGreaterThan(5_000);
    expect(report.turns[0]?.responseMs).toBeLessThan(2_500);
    expect(report.errors).toEqual([]);
    const stored = await ended(report.callSid);
    expect(storyOf(stored)).toEqual([...wholeCall, 'CallEnded', 'CallStatusReported']);
    expect(stored.turns.map(({ callerText, agentHeardText }) => [callerText, agentHeardText])).toEqual([
      [null, 'Hello.'],
      [question.say, answer],
    ]);
  });

  it('a call to a number that is known is answered from memory, and stored later', async () => {
    await call([{ waitForAgent: true }, { hangUp: true }]);
    await platform.databaseLine.cut();
    let restored: Promise<void> | undefined;
    const onEvent = (event: CallEvent) => {
      if (event.type === 'ended') restored = platform.databaseLine.restore();
    };
    const report = await call([{ waitForAgent: true }, question, { hangUp: true }], { onEvent });
    await restored;
    expect(report.streams).toHaveLength(1);
    expect(report.turns[0]?.responseMs).toBeLessThan(2_500);
    const stored = await ended(report.callSid);
    expect(storyOf(stored)).toEqual([...wholeCall, 'CallEnded', 'CallStatusReported']);
  });

  it('a caller whose number is not known hears that all lines are busy', async () => {
    await platform.databaseLine.cut();
    const { status, body } = await postWebhook(
      platform,
      '/webhooks/incoming-call',
      incomingCall('+14155559999'),
    );
    expect(status).toBe(200);
    expect(body).toMatch(/<Response><Say[^>]*>[^<]*busy[^<]*<\/Say><Hangup\/><\/Response>/);
  });

  it('the API and the carrier are told to come again', async () => {
    await platform.databaseLine.cut();
    const callSid = newCallSid();
    await expect(tenant.client.request(CallBySid, { callSid })).rejects.toMatchObject({
      errors: [{ extensions: { code: 'UNAVAILABLE' } }],
    });
    const report = await postWebhook(platform, '/webhooks/call-status', {
      ...incomingCall(tenant.number, callSid),
      CallStatus: 'completed',
      CallDuration: '7',
    });
    expect(report.status).toBe(503);
    expect((await fetch(`${platform.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${platform.url}/health/ready`)).status).toBe(503);
    await platform.databaseLine.restore();
    await until('it is ready again', async () => (await fetch(`${platform.url}/health/ready`)).ok);
    expect(await tenant.client.request(CallBySid, { callSid })).toEqual({ call: null });
  });
});
