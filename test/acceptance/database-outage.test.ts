import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { CallBySidQuery } from '../../src/client/gql/graphql.js';
import { CallBySid, EraseSubject } from '../../src/client/operations.js';
import {
  type CallEvent,
  DEFAULT_ACCOUNT_SID,
  type PlaceCallOptions,
  placeCall,
} from '../../src/simulator/place-call.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import { AtOnce } from '../support/at-once.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  TWILIO_AUTH_TOKEN,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { TOLD_AFTERWARDS } from '../support/told-afterwards.js';
import { CALLER, incomingCall, newCallSid, postWebhook } from '../support/twilio.js';

type Call = NonNullable<CallBySidQuery['call']>;

/** A platform whose database a test takes away. */
class Place {
  private constructor(
    readonly platform: TestPlatform,
    readonly tenant: TestTenant,
  ) {}

  static async open(): Promise<Place> {
    const platform = await startTestPlatform({ cuttable: true });
    const settings = { greeting: 'Hello.', systemPrompt: 'On Saturday we are open from nine to one.' };
    return new Place(platform, await createTestTenant(platform, settings));
  }

  call(steps: readonly object[], more: Partial<PlaceCallOptions> = {}) {
    return placeCall({
      platformUrl: this.platform.url,
      authToken: TWILIO_AUTH_TOKEN,
      callSid: newCallSid(),
      from: CALLER,
      to: this.tenant.number,
      scenario: parseScenario({ name: 'test', steps }, 'the test'),
      ...more,
    });
  }

  ended(callSid: string): Promise<Call> {
    return until('the call is shown to its end', async () => {
      const { call: shown } = await this.tenant.client.request(CallBySid, { callSid });
      const isReplayable = shown?.events.nodes.some(({ type }) => type === 'CallTraceStored');
      return shown?.endReason && shown.carrierDurationSeconds != null && isReplayable ? shown : undefined;
    });
  }
}

describe('while PostgreSQL is away', () => {
  let place: Place;
  let another: Place;
  /** Nobody has called its number. */
  let uncalled: TestTenant;
  const calls = new AtOnce();

  beforeAll(async () => {
    place = await Place.open();
    another = await Place.open();
    uncalled = await createTestTenant(another.platform);
    calls.start();
  });
  afterAll(async () => {
    await calls.settled();
    await place.platform.close();
    await another.platform.close();
  });

  /** Whether the report or what is known of the media stream is stored first is a matter of chance. */
  const storyOf = ({ events }: Call): readonly string[] =>
    events.nodes.map(({ type }) => type).filter((type) => !TOLD_AFTERWARDS.includes(type));

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

  const underWay = calls.add(async () => {
    const line = place.platform.databaseLine;
    const changes: Promise<void>[] = [];
    const onEvent = (event: CallEvent) => {
      if (event.type === 'stream_opened') changes.push(line.cut());
      if (event.type === 'ended') changes.push(line.restore());
    };
    const steps = [{ waitForAgent: true }, question, { pauseMs: 1_000 }, { hangUp: true }];
    const report = await place.call(steps, { onEvent });
    await Promise.all(changes);
    return { report, stored: await place.ended(report.callSid) };
  });

  it('a call goes on as if nothing were, and all of it is stored when PostgreSQL is back', async () => {
    const { report, stored } = await underWay();
    expect(report.durationMs).toBeGreaterThan(5_000);
    expect(report.turns[0]?.responseMs).toBeLessThan(2_500 + report.generator.lateMaxMs);
    expect(report.errors).toEqual([]);
    expect(storyOf(stored)).toEqual([...wholeCall, 'CallEnded', 'CallStatusReported']);
    expect(stored.turns.map(({ callerText, agentHeardText }) => [callerText, agentHeardText])).toEqual([
      [null, 'Hello.'],
      [question.say, answer],
    ]);
  });

  const fromMemory = calls.add(async () => {
    const line = another.platform.databaseLine;
    await another.call([{ waitForAgent: true }, { hangUp: true }]);
    await line.cut();
    let restored: Promise<void> | undefined;
    const onEvent = (event: CallEvent) => {
      if (event.type === 'ended') restored = line.restore();
    };
    const report = await another.call([{ waitForAgent: true }, question, { hangUp: true }], { onEvent });
    await restored;
    return { report, stored: await another.ended(report.callSid) };
  });

  it('a call to a number that is known is answered from memory, and stored later', async () => {
    const { report, stored } = await fromMemory();
    expect(report.streams).toHaveLength(1);
    expect(report.turns[0]?.responseMs).toBeLessThan(2_500 + report.generator.lateMaxMs);
    expect(storyOf(stored)).toEqual([...wholeCall, 'CallEnded', 'CallStatusReported']);
  });

  it('a caller whose number is not known hears that all lines are busy', async () => {
    const { platform } = place;
    await platform.databaseLine.cut();
    const unknown = incomingCall('+14155559999');
    const { status, body } = await postWebhook(platform, '/webhooks/incoming-call', unknown);
    await platform.databaseLine.restore();
    expect(status).toBe(200);
    expect(body).toMatch(/<Response><Say[^>]*>[^<]*busy[^<]*<\/Say><Hangup\/><\/Response>/);
  });

  it('who has a query under way is told so, and the process lives', async () => {
    const { platform, tenant } = another;
    const direct = new pg.Client({ connectionString: platform.databaseUrl });
    await direct.connect();
    await direct.query('begin; lock table read.calls_v3_g1');
    const callSid = newCallSid();
    const asked = tenant.client.request(CallBySid, { callSid }).catch((error: unknown) => error);
    await until('the query waits', async () => {
      const { rowCount } = await direct.query(
        "select from pg_locks where relation = 'read.calls_v3_g1'::regclass and not granted",
      );
      return rowCount === 1;
    });
    await platform.databaseLine.cut();
    expect(await asked).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    await direct.end();
    await platform.databaseLine.restore();
    await until('it is ready again', async () => (await fetch(`${platform.url}/health/ready`)).ok);
    expect(await tenant.client.request(CallBySid, { callSid })).toEqual({ call: null });
  });

  it('the carrier hears nothing of an outage that is over within seconds', async () => {
    const { platform, tenant } = another;
    const report = await another.call([{ waitForAgent: true }, { hangUp: true }]);
    await another.ended(report.callSid);
    await platform.databaseLine.cut();
    const incoming = postWebhook(platform, '/webhooks/incoming-call', incomingCall(uncalled.number));
    const reported = postWebhook(platform, '/webhooks/call-status', {
      ...incomingCall(tenant.number, report.callSid),
      AccountSid: DEFAULT_ACCOUNT_SID,
      CallStatus: 'completed',
      CallDuration: '7',
      SequenceNumber: '9',
    });
    await until(
      'both have asked in vain',
      async () => (await fetch(`${platform.url}/health/ready`)).status === 503,
    );
    await platform.databaseLine.restore();
    expect((await incoming).body).toMatch(/<Connect/);
    expect((await reported).status).toBe(200);
  });

  it('the API and the carrier are told to come again', async () => {
    const { platform, tenant } = another;
    await platform.databaseLine.cut();
    const callSid = newCallSid();
    await expect(tenant.client.request(CallBySid, { callSid })).rejects.toMatchObject({
      errors: [{ extensions: { code: 'UNAVAILABLE' } }],
    });
    const input = { kind: 'CONTACT', id: CALLER, idempotencyKey: 'once' } as const;
    await expect(tenant.client.request(EraseSubject, { input })).rejects.toMatchObject({
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
