import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FRAME_MS } from '../../src/audio/mu-law.js';
import { ApiClient } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { Login } from '../../src/client/operations.js';
import { Providers } from '../../src/providers/registry.js';
import { createSandboxProviders } from '../../src/providers/sandbox/index.js';
import { speechAudio } from '../../src/simulator/caller-audio.js';
import { placeCall } from '../../src/simulator/place-call.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import { Follower } from '../support/follower.js';
import { MediaSocket } from '../support/media-socket.js';
import {
  ADMIN,
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  TWILIO_AUTH_TOKEN,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import {
  ACCOUNT_SID,
  CALLER,
  incomingCall,
  newCallSid,
  postWebhook,
  streamUrlOf,
} from '../support/twilio.js';

const QualityOf = graphql(`
  query QualityOf($callSid: CallSid!) {
    call(callSid: $callSid) {
      id
      quality {
        receivedFrames
        sentFrames
        gaps
        gapMs
        longestGapMs
        jitterMs
        maxJitterMs
        underruns
        underrunMs
        lateMarks
        echoes
      }
    }
  }
`);

const CallQuality = graphql(`
  subscription CallQuality($callId: ID!) {
    callQuality(callId: $callId) {
      callId
      attempt
      final
      quality {
        receivedFrames
        sentFrames
        gaps
        gapMs
        echoes
      }
    }
  }
`);

const GREETING = 'Hello, this is Ada.';

describe("a call's quality", () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  beforeAll(async () => {
    const sandbox = createSandboxProviders({ espeakNg: null });
    platform = await startTestPlatform({ providers: new Providers({ sandbox }, 'sandbox') });
    tenant = await createTestTenant(platform, { greeting: GREETING });
  });
  afterAll(() => platform.close());

  const callOf = async (callSid: string) => (await tenant.client.request(QualityOf, { callSid })).call;

  const measured = (callSid: string) =>
    until('the quality is shown', async () => (await callOf(callSid))?.quality ?? undefined);

  const follow = (callId: string, { client }: Pick<TestTenant, 'client'> = tenant) =>
    new Follower(
      (async function* () {
        for await (const { callQuality } of client.subscribe(CallQuality, { callId })) yield callQuality;
      })(),
    );

  /** A call whose line a test has in hand. */
  const ring = async () => {
    const form = incomingCall(tenant.number);
    const { body } = await postWebhook(platform, '/webhooks/incoming-call', form);
    const names = { callSid: form.CallSid ?? '', accountSid: ACCOUNT_SID };
    const media = await MediaSocket.start(streamUrlOf(body) ?? '', names);
    return { media, names, callSid: names.callSid };
  };

  it('of a good line has no fault, at its end and for all time', async () => {
    const { callSid, ok } = await placeCall({
      platformUrl: platform.url,
      authToken: TWILIO_AUTH_TOKEN,
      callSid: newCallSid(),
      from: CALLER,
      to: tenant.number,
      scenario: parseScenario(
        { name: 'test', steps: [{ waitForAgent: true }, { say: 'Hello?' }, { hangUp: true }] },
        'the test',
      ),
    });
    expect(ok).toBe(true);
    const quality = await measured(callSid);
    expect(quality).toMatchObject({
      gaps: 0,
      gapMs: 0,
      longestGapMs: 0,
      underruns: 0,
      lateMarks: 0,
      echoes: 0,
    });
    expect(quality.receivedFrames).toBeGreaterThan(100);
    expect(quality.sentFrames).toBeGreaterThan(50);
    expect(quality.maxJitterMs).toBeGreaterThanOrEqual(quality.jitterMs);
  });

  it('of a bad line has its gaps, and is followed while it lasts, and to its end', async () => {
    const { media, names, callSid } = await ring();
    const { id } = await until('the call is shown', async () => (await callOf(callSid)) ?? undefined);
    const follower = follow(id);
    media.sendSilence(50);
    const first = await follower.has('a sample comes', ({ quality }) => quality.receivedFrames === 50);
    expect(first).toEqual({
      callId: id,
      attempt: 1,
      final: false,
      quality: { receivedFrames: 50, sentFrames: expect.any(Number), gaps: 0, gapMs: 0, echoes: null },
    });
    media.skip(700);
    media.sendSilence(10);
    await follower.has('the gap is seen', ({ quality }) => quality.gaps === 1);
    media.stop(names);
    await follower.ended;
    expect(follower.items.at(-1)).toEqual({
      callId: id,
      attempt: 1,
      final: true,
      quality: { receivedFrames: 60, sentFrames: expect.any(Number), gaps: 1, gapMs: 700, echoes: 0 },
    });
    expect(follower.items.filter(({ final }) => final)).toHaveLength(1);
    expect(await measured(callSid)).toMatchObject({ receivedFrames: 60, gaps: 1, longestGapMs: 700 });

    // Who comes later gets what there is, and the end.
    const late = follow(id);
    await late.ended;
    expect(late.items).toEqual([follower.items.at(-1)]);
  });

  it('tells how often the agent heard itself', async () => {
    const { media, names, callSid } = await ring();
    media.echoMarks();
    await until('the agent speaks', async () => media.hasAudio);
    const { frames } = await speechAudio(GREETING, 'en');
    const fromMs = performance.now();
    for (const [n, { base64 }] of frames.entries()) {
      // As fast as the agent speaks.
      await sleep(Math.max(0, fromMs + n * FRAME_MS - performance.now()));
      media.sendFrame(base64);
    }
    media.stop(names);
    expect((await measured(callSid)).echoes).toBeGreaterThan(0);
  });

  it('is followed at another process, too', async () => {
    const other = await startTestPlatform({
      databaseUrl: platform.databaseUrl,
      environment: { DATA_DIR: platform.dataDir },
    });
    try {
      const { media, names, callSid } = await ring();
      const { id } = await until('the call is shown', async () => (await callOf(callSid)) ?? undefined);
      const { login } = await new ApiClient(other.url).request(Login, {
        input: { ...ADMIN, tenantId: tenant.tenantId },
      });
      const follower = follow(id, { client: other.admin.as(login.accessToken) });
      media.sendSilence(50);
      await follower.has('a sample comes', ({ final }) => !final);
      media.stop(names);
      await follower.ended;
      expect(follower.items.at(-1)).toMatchObject({ final: true, quality: { receivedFrames: 50 } });
    } finally {
      await other.close();
    }
  });

  it('is shown to nobody of another tenant', async () => {
    const { media, names, callSid } = await ring();
    const { id } = await until('the call is shown', async () => (await callOf(callSid)) ?? undefined);
    const other = await createTestTenant(platform);
    await expect(follow(id, other).ended).rejects.toMatchObject({
      message: expect.stringContaining('Call not found'),
    });
    media.stop(names);
  });
});
