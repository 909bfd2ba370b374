import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { graphql } from '../../src/client/gql/gql.js';
import { CallBySid } from '../../src/client/operations.js';
import { callDecider } from '../../src/domain/call/decider.js';
import { callStream } from '../../src/domain/stream.js';
import { execute } from '../../src/ledger/execute.js';
import { Pseudonyms } from '../../src/ledger/keys/pseudonyms.js';
import { testContext } from '../support/ledger.js';
import { MediaSocket } from '../support/media-socket.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestPlatformOptions,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { testIndexKey } from '../support/secrets.js';
import { ACCOUNT_SID, incomingCall, newCallSid, postWebhook, streamUrlOf } from '../support/twilio.js';

jest.setTimeout(60_000);

const SetTenantCallLimit = graphql(`
  mutation SetTenantCallLimit($input: SetTenantCallLimitInput!) {
    setTenantCallLimit(input: $input) {
      tenant {
        maxConcurrentCalls
      }
      userErrors {
        message
      }
    }
  }
`);

const MINUTE_MS = 60_000;
const GREETING = { greeting: 'Hello, how can I help you today?' };
/** Longer than the limit of any load that a test machine has by itself. */
const BLOCK_MS = 150;

describe('when the lines are full', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const platform of open.splice(0).reverse()) await platform.close();
  });

  const start = async (options: TestPlatformOptions): Promise<TestPlatform> => {
    const platform = await startTestPlatform(options);
    open.push(platform);
    return platform;
  };

  const ring = async (platform: TestPlatform, { number }: TestTenant, query = '', callSid = newCallSid()) => {
    const { body } = await postWebhook(
      platform,
      `/webhooks/incoming-call${query}`,
      incomingCall(number, callSid),
    );
    return { callSid, accountSid: ACCOUNT_SID, body, url: streamUrlOf(body) };
  };

  /** Rings, and speaks with the agent. */
  const connect = async (platform: TestPlatform, tenant: TestTenant) => {
    const call = await ring(platform, tenant);
    const media = await MediaSocket.start(call.url ?? '', call);
    await until('the agent speaks', async () => media.hasAudio);
    return { ...call, media };
  };

  const hangUp = async ({ media, ...call }: Awaited<ReturnType<typeof connect>>, tenant: TestTenant) => {
    media.stop(call);
    await media.closed;
    await until('its end is shown', async () => (await shown(tenant, call.callSid))?.endReason ?? undefined);
  };

  /** The query with which a caller who waits asks again. */
  const askAgain = ({ body }: { readonly body: string }): string =>
    /<Pause length="1"\/><Redirect method="POST">[^?]+(\?waitingSince=\d+)<\/Redirect>/.exec(body)?.[1] ?? '';

  const shown = async ({ client }: TestTenant, callSid: string) =>
    (await client.request(CallBySid, { callSid })).call;

  const rejection = (tenant: TestTenant, callSid: string) =>
    until('the rejection is shown', async () => (await shown(tenant, callSid))?.rejectReason ?? undefined);

  const health = async ({ url }: TestPlatform): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await fetch(`${url}/health`);
    return (await answer.json()) as Record<string, unknown>;
  };

  it('a call hears so in the language of its agent, and the live one goes on', async () => {
    const platform = await start({ environment: { MAX_CALLS: '1' } });
    const tenant = await createTestTenant(platform, { ...GREETING, language: 'de-AT' });
    const live = await connect(platform, tenant);
    expect(await health(platform)).toMatchObject({ activeCalls: 1, isFull: true });
    const refused = await ring(platform, tenant);
    expect(refused.body).toContain('<Say language="de-DE">Alle Leitungen sind belegt.');
    expect(refused.body).toContain('<Hangup/>');
    expect(await rejection(tenant, refused.callSid)).toBe('BUSY');
    expect((await shown(tenant, refused.callSid))?.events.nodes).toHaveLength(1);
    const heard = live.media.messages.length;
    await until('the live one is heard', async () => live.media.messages.length > heard);
    await hangUp(live, tenant);
    expect((await ring(platform, tenant)).url).not.toBeNull();
  });

  it('a live call that lost its stream is not refused its next one', async () => {
    const platform = await start({ environment: { MAX_CALLS: '1' } });
    const tenant = await createTestTenant(platform, GREETING);
    const live = await connect(platform, tenant);
    live.media.socket.terminate();
    const form = { CallSid: live.callSid, AccountSid: ACCOUNT_SID };
    const { body } = await postWebhook(platform, '/webhooks/stream-ended?attempt=1', form);
    const media = await MediaSocket.start(streamUrlOf(body) ?? '', {
      ...live,
      streamSid: `MZ${'4'.repeat(32)}`,
    });
    await until('the agent speaks', async () => media.hasAudio);
    // The stream before it took nothing with it when it was over.
    expect(await health(platform)).toMatchObject({ activeCalls: 1, isFull: true });
    await hangUp({ ...live, media }, tenant);
  });

  it('a caller may wait for a line, and gets it when it is free', async () => {
    const platform = await start({ environment: { MAX_CALLS: '1', BUSY_WAIT_SECONDS: '60' } });
    const tenant = await createTestTenant(platform, GREETING);
    const live = await connect(platform, tenant);
    const waiting = await ring(platform, tenant);
    const query = askAgain(waiting);
    expect(waiting.body).toContain('Please hold the line');
    const again = await ring(platform, tenant, query, waiting.callSid);
    expect(again.body).toContain(query);
    expect(again.body).not.toContain('<Say');
    // The first five ask each second, which is what `askAgain` looks for.
    const behind = await Promise.all([2, 3, 4, 5].map(() => ring(platform, tenant)));
    expect(behind.map(askAgain)).not.toContain('');
    expect((await ring(platform, tenant)).body).toContain('<Pause length="3"/>');
    await hangUp(live, tenant);
    const connected = await ring(platform, tenant, query, waiting.callSid);
    const media = await MediaSocket.start(connected.url ?? '', connected);
    await until('the agent speaks', async () => media.hasAudio);
    await hangUp({ ...connected, media }, tenant);
  });

  it('a caller who waited in vain is told, and recorded as rejected', async () => {
    const platform = await start({ environment: { MAX_CALLS: '1', BUSY_WAIT_SECONDS: '60' } });
    const tenant = await createTestTenant(platform, GREETING);
    const live = await connect(platform, tenant);
    const waiting = await ring(platform, tenant);
    const longAgo = `?waitingSince=${Date.now() - MINUTE_MS}`;
    const { body } = await ring(platform, tenant, longAgo, waiting.callSid);
    expect(body).toMatch(/<Say language="en-US">All our lines are busy.*<Hangup\/>/);
    expect(await rejection(tenant, waiting.callSid)).toBe('BUSY');
    const call = await shown(tenant, waiting.callSid);
    expect(call).toMatchObject({ status: 'REJECTED', endReason: null });
    expect(call?.events.nodes.map(({ type }) => type)).toEqual(['CallReceived', 'CallRejected']);
    await hangUp(live, tenant);
  });

  it('a caller who waits stays one when the carrier asks a second time because the first answer was lost', async () => {
    const platform = await start({ environment: { MAX_CALLS: '1', BUSY_WAIT_SECONDS: '60' } });
    const tenant = await createTestTenant(platform, GREETING);
    const live = await connect(platform, tenant);
    const waiting = await ring(platform, tenant);
    const repeated = await ring(platform, tenant, '', waiting.callSid);
    expect(repeated.body).toContain('Please hold the line');
    expect(askAgain(repeated)).not.toBe('');
    await hangUp(live, tenant);
    expect((await ring(platform, tenant, '', waiting.callSid)).url).not.toBeNull();
  });

  it('while PostgreSQL is away nobody waits for anybody', async () => {
    const platform = await start({
      environment: { MAX_CALLS: '1', BUSY_WAIT_SECONDS: '60' },
      cuttable: true,
    });
    const tenant = await createTestTenant(platform, GREETING);
    const live = await connect(platform, tenant);
    expect(askAgain(await ring(platform, tenant))).not.toBe('');
    await hangUp(live, tenant);
    await platform.databaseLine.cut();
    const taken = await ring(platform, tenant);
    await platform.databaseLine.restore();
    expect(taken.url).not.toBeNull();
  });

  it('whoever waits is counted in the metrics, and no more once the carrier says that they hung up', async () => {
    const platform = await start({ environment: { MAX_CALLS: '1', BUSY_WAIT_SECONDS: '60' } });
    const tenant = await createTestTenant(platform, GREETING);
    const waiting = async () => {
      const text = await (await fetch(`${platform.url}/metrics`)).text();
      return /^ledgerline_calls_waiting (.+)$/m.exec(text)?.[1];
    };
    const live = await connect(platform, tenant);
    expect(await waiting()).toBe('0');
    const first = await ring(platform, tenant);
    const second = await ring(platform, tenant);
    expect(await waiting()).toBe('2');
    await hangUp(live, tenant);
    expect((await ring(platform, tenant, askAgain(second), second.callSid)).url).toBeNull();
    const gone = { CallSid: first.callSid, AccountSid: ACCOUNT_SID, CallStatus: 'completed' };
    await postWebhook(platform, '/webhooks/call-status', gone);
    expect(await waiting()).toBe('1');
    expect((await ring(platform, tenant, askAgain(second), second.callSid)).url).not.toBeNull();
    expect(await waiting()).toBe('0');
  });

  it('by load, new calls are refused until it is over', async () => {
    const platform = await start({ environment: { MAX_LOOP_LAG_MS: '100' } });
    const tenant = await createTestTenant(platform, GREETING);
    const live = await connect(platform, tenant);
    const isFull = async () => (await health(platform)).isFull === true;
    await until('it is full', async () => {
      const untilMs = performance.now() + BLOCK_MS;
      while (performance.now() < untilMs);
      return isFull();
    });
    const refused = await ring(platform, tenant);
    expect(refused.body).toContain('All our lines are busy');
    await until('it has room again', async () => !(await isFull()));
    expect((await ring(platform, tenant)).url).not.toBeNull();
    await hangUp(live, tenant);
  });

  it('a tenant has as many calls as its limit says, over all processes', async () => {
    const one = await start({});
    const other = await start({ databaseUrl: one.databaseUrl, environment: { DATA_DIR: one.dataDir } });
    const tenant = await createTestTenant(one, GREETING);
    const neighbour = await createTestTenant(one, GREETING);
    const limit = (maxConcurrentCalls: number | null) =>
      one.admin.request(SetTenantCallLimit, { input: { tenantId: tenant.tenantId, maxConcurrentCalls } });
    const { setTenantCallLimit } = await limit(2);
    expect(setTenantCallLimit).toEqual({ tenant: { maxConcurrentCalls: 2 }, userErrors: [] });
    const rung = await Promise.all([one, other, one, other, one, other].map((at) => ring(at, tenant)));
    const taken = rung.filter(({ url }) => url !== null);
    expect(taken).toHaveLength(2);
    for (const { callSid, url, body } of rung) {
      if (url !== null) continue;
      expect(body).toContain('All our lines are busy');
      expect(await rejection(tenant, callSid)).toBe('CALL_LIMIT');
    }
    expect((await ring(other, neighbour)).url).not.toBeNull();
    // One of them ends without its media: the carrier says so.
    const [first] = taken;
    const over = { CallSid: first?.callSid ?? '', AccountSid: ACCOUNT_SID, CallStatus: 'completed' };
    await postWebhook(one, '/webhooks/call-status', over);
    await until('it is over', async () => (await shown(tenant, over.CallSid))?.status === 'COMPLETED');
    const [next, tooMany] = [await ring(other, tenant), await ring(one, tenant)];
    expect([next.url === null, tooMany.url === null]).toEqual([false, true]);
    await limit(null);
    expect((await ring(one, tenant)).url).not.toBeNull();
  });

  it('those who wait for a line of their tenant have it in the order in which they came', async () => {
    const environment = { BUSY_WAIT_SECONDS: '60' };
    const one = await start({ environment });
    const other = await start({
      databaseUrl: one.databaseUrl,
      environment: { ...environment, DATA_DIR: one.dataDir },
    });
    const tenant = await createTestTenant(one, GREETING);
    const neighbour = await createTestTenant(one, GREETING);
    await one.admin.request(SetTenantCallLimit, {
      input: { tenantId: tenant.tenantId, maxConcurrentCalls: 1 },
    });
    const live = await connect(one, tenant);
    const first = await ring(one, tenant);
    const second = await ring(other, tenant);
    expect([askAgain(first), askAgain(second)]).not.toContain('');
    expect((await ring(other, neighbour)).url).not.toBeNull();
    await hangUp(live, tenant);
    const [later, tooLate] = [
      await ring(one, tenant, askAgain(second), second.callSid),
      await ring(one, tenant),
    ];
    expect([later.url, tooLate.url]).toEqual([null, null]);
    expect((await ring(other, tenant, askAgain(first), first.callSid)).url).not.toBeNull();
  });

  it('a tenant beyond its limit takes no line away from another tenant', async () => {
    const platform = await start({ environment: { MAX_CALLS: '2' } });
    const tenant = await createTestTenant(platform, GREETING);
    const neighbour = await createTestTenant(platform, GREETING);
    await platform.admin.request(SetTenantCallLimit, {
      input: { tenantId: tenant.tenantId, maxConcurrentCalls: 1 },
    });
    const live = await connect(platform, tenant);
    const refused = await ring(platform, tenant);
    expect(await rejection(tenant, refused.callSid)).toBe('CALL_LIMIT');
    expect((await ring(platform, neighbour)).url).not.toBeNull();
    await hangUp(live, tenant);
  });
});

describe('a media stream', () => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.close());

  it('whose trouble the carrier reports has it in the ledger, once, and not that we closed it', async () => {
    const tenant = await createTestTenant(platform, GREETING);
    const form = incomingCall(tenant.number);
    await postWebhook(platform, '/webhooks/incoming-call', form);
    const report = (StreamEvent: string, StreamError = '') =>
      postWebhook(platform, '/webhooks/stream-status', {
        CallSid: form.CallSid ?? '',
        AccountSid: ACCOUNT_SID,
        StreamSid: `MZ${'5'.repeat(32)}`,
        StreamName: '',
        StreamEvent,
        ...(StreamError && { StreamError }),
        Timestamp: '2026-11-29T00:09:39.602648368Z',
      });
    const trouble = '31941 - Stream - Invalid Track configuration';
    const answers = [
      await report('stream-started'),
      await report('stream-error', trouble),
      await report('stream-error', trouble),
      await report('stream-error', '31921 - Stream - WebSocket - Close Error'),
      await report('stream-stopped'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const call = await until('the call is shown', async () => {
      const shown = (await tenant.client.request(CallBySid, { callSid: form.CallSid ?? '' })).call;
      return shown && shown.events.nodes.length > 1 ? shown : undefined;
    });
    const events = call.events.nodes.filter(({ type }) => type === 'MediaStreamErrorReported');
    expect(events).toMatchObject([{ data: { code: 31_941, error: trouble } }]);
  });

  it.each([
    [
      'fails with its voice, is followed by an apology of the carrier',
      'failed',
      /technical problem.*<Hangup\/>/,
    ],
    ['ends as planned, is followed by nothing', 'agent_ended', /<Response><Hangup\/><\/Response>/],
  ] as const)('whose call %s', async (_, reason, heard) => {
    const tenant = await createTestTenant(platform, GREETING);
    const form = incomingCall(tenant.number);
    const { body } = await postWebhook(platform, '/webhooks/incoming-call', form);
    const call = { callSid: form.CallSid ?? '', accountSid: ACCOUNT_SID };
    const media = await MediaSocket.start(streamUrlOf(body) ?? '', call);
    await until('the agent speaks', async () => media.hasAudio);
    const callId = new Pseudonyms(testIndexKey).callId(ACCOUNT_SID, call.callSid);
    const stream = callStream(tenant.tenantId, callId);
    const end = { type: 'EndCall', reason, by: 'platform', atMs: 5_000 } as const;
    await execute(platform.storage.ledger, callDecider, stream, end, testContext('the end'));
    await media.closed;
    const asked = { CallSid: call.callSid, AccountSid: ACCOUNT_SID };
    const answer = await postWebhook(platform, '/webhooks/stream-ended?attempt=1', asked);
    expect(answer.body).toMatch(heard);
  });
});
