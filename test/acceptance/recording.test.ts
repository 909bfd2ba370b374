import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FRAME_BYTES, FRAME_MS, MU_LAW_SILENCE } from '../../src/audio/mu-law.js';
import { readWav } from '../../src/audio/wav.js';
import type { ApiClient } from '../../src/client/api-client.js';
import { graphql } from '../../src/client/gql/gql.js';
import { EraseSubject } from '../../src/client/operations.js';
import { callDecider } from '../../src/domain/call/decider.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { callStream } from '../../src/domain/stream.js';
import { LinkTokens } from '../../src/identity/link-tokens.js';
import { AccessTokens } from '../../src/identity/tokens.js';
import { execute } from '../../src/ledger/execute.js';
import { derivedKey } from '../../src/main/secrets.js';
import { Providers } from '../../src/providers/registry.js';
import { createSandboxProviders } from '../../src/providers/sandbox/index.js';
import type { CallReport } from '../../src/simulator/call-report.js';
import { voicedSpans } from '../../src/simulator/voiced-spans.js';
import { AtOnce } from '../support/at-once.js';
import { Command, urlOf } from '../support/command.js';
import { testContext } from '../support/ledger.js';
import { MediaSocket } from '../support/media-socket.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
  TWILIO_AUTH_TOKEN,
  testSecrets,
} from '../support/platform.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { until } from '../support/postgres/until.js';
import { sidesOf, wordsIn } from '../support/recorded-audio.js';
import { TestCalls } from '../support/test-calls.js';
import { ACCOUNT_SID, incomingCall, newCallSid, postWebhook, streamUrlOf } from '../support/twilio.js';

const RecordingOf = graphql(`
  query RecordingOf($callSid: CallSid!) {
    call(callSid: $callSid) {
      id
      turns {
        turn
        callerText
        callerStartedMs
        callerEndedMs
        agentHeardText
        agentStartedMs
        agentEndedMs
        interrupted
      }
      recording {
        startedAtMs
        durationMs
        bytes
        sha256
        complete
        url
      }
    }
  }
`);

const PROMPT = `You are Ada, the receptionist of Rosewood Dental.
On Saturday we are open until one.
A check-up costs eighty dollars, takes half an hour, and includes cleaning and a talk with the dentist about your teeth.`;
const CONSENT = 'I record this.';
const GREETING = 'Hello!';
/** Each of its own, none silent. */
const FIRST_FRAMES = Array.from({ length: 20 }, (_, at) => Buffer.alloc(FRAME_BYTES, at + 1));

describe("a call's recording", () => {
  let directory: string;
  let platform: TestPlatform;
  let tenant: TestTenant;
  /** What is timed is disturbed by few others. */
  const calls = new AtOnce(2);
  beforeAll(async () => {
    directory = await makeTestDirectory();
    const sandbox = createSandboxProviders({ espeakNg: null });
    platform = await startTestPlatform({
      providers: new Providers({ sandbox }, 'sandbox'),
      environment: { DATA_DIR: directory },
    });
    tenant = await createTestTenant(platform, {
      greeting: GREETING,
      systemPrompt: PROMPT,
      recordingEnabled: true,
      recordingConsent: CONSENT,
    });
    calls.start();
  });
  afterAll(async () => {
    await calls.settled();
    await platform.close();
    await removeTestDirectory(directory);
  });

  const callOf = async ({ callSid }: Pick<CallReport, 'callSid'>, client: ApiClient = tenant.client) =>
    (await client.request(RecordingOf, { callSid })).call;

  const recorded = (report: Pick<CallReport, 'callSid'>) =>
    until('the recording is stored', async () => {
      const call = await callOf(report);
      return call?.recording ? { ...call, recording: call.recording } : undefined;
    });

  const eventsOf = async (callId: string): Promise<readonly CallEvent[]> =>
    (await platform.storage.ledger.readStream(
      callStream(tenant.tenantId, callId),
    )) as readonly unknown[] as readonly CallEvent[];

  const download = (url: string | null | undefined, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(url ?? '', { headers, method });

  const listen = async (url: string | null | undefined) =>
    sidesOf(new Uint8Array(await (await download(url)).arrayBuffer()));

  const whole = calls.add(async () => {
    const recordTo = join(directory, 'as-the-caller-heard-it.wav');
    const report = await new TestCalls(platform, tenant).place(
      [
        { waitForAgent: true },
        { say: 'Open on Saturday?' },
        { say: 'How much is a check-up?' },
        { interrupt: 'Wait, open on Saturday?', afterMs: 1_500 },
        { hangUp: true },
      ],
      { recordTo },
    );
    return { report, call: await recorded(report), played: sidesOf(await readFile(recordTo))[1] };
  });
  it('has both sides where the transcript says that they were, and what was cut is not in it', async () => {
    const { report, call, played } = await whole();
    expect(report).toMatchObject({ ok: true, unanswered: 0 });
    // Both ends are in this process: where it's held up, the line runs dry or one of them is late.
    const dryMs = report.underruns.reduce((sum, { gapMs }) => sum + gapMs, 0);
    const { turns, recording } = call;
    expect(recording).toMatchObject({ complete: true, url: expect.any(String) });
    const [caller, agent] = await listen(recording.url);
    const clock = (ms: number) => recording.startedAtMs + ms;

    const words = wordsIn(caller).map(({ word, atMs }) => ({ word, atMs: clock(atMs) }));
    for (const { callerText, callerStartedMs, callerEndedMs } of turns.slice(1)) {
      const from = callerStartedMs ?? Number.NaN;
      const to = callerEndedMs ?? Number.NaN;
      // Voice is found a bit after it began.
      const spoken = words.filter(({ atMs }) => atMs > from - 200 && atMs < to + 200);
      expect(spoken.map(({ word }) => word).join(' ')).toBe(callerText);
    }

    // What the caller was played is in it, sample for sample, and where: the simulator kept it, too.
    const inside = voicedSpans(agent, 400);
    const outside = voicedSpans(played, 400);
    expect([inside.length, outside.length]).toEqual([turns.length, turns.length]);
    const offsetsMs = inside.map(({ fromMs, toMs }, number) => {
      const at = Math.floor((fromMs + toMs) / 2) * 8;
      // It may have been said before: a question is asked twice.
      const there = Buffer.from(played).indexOf(
        agent.subarray(at, at + 800),
        (outside[number]?.fromMs ?? 0) * 8,
      );
      expect(there).toBeGreaterThan(0);
      return (at - there) / 8;
    });
    const usualMs = offsetsMs.toSorted((x, y) => x - y)[Math.floor(offsetsMs.length / 2)] ?? Number.NaN;
    for (const offsetMs of offsetsMs) expect(Math.abs(offsetMs - usualMs)).toBeLessThan(300 + dryMs);
    for (const [at, span] of outside.entries()) {
      const { fromMs = 0, toMs = 0 } = inside[at] ?? {};
      expect(Math.abs(toMs - fromMs - (span.toMs - span.fromMs))).toBeLessThan(100 + dryMs);
    }
    for (const { agentStartedMs, agentEndedMs } of turns) {
      const span = inside.find(
        ({ fromMs, toMs }) =>
          clock(toMs) > (agentStartedMs ?? Number.NaN) && clock(fromMs) < (agentEndedMs ?? Number.NaN),
      );
      expect(clock(span?.fromMs ?? Number.NaN)).toBeGreaterThanOrEqual((agentStartedMs ?? Number.NaN) - 5);
      expect(clock(span?.toMs ?? Number.NaN)).toBeLessThanOrEqual((agentEndedMs ?? Number.NaN) + 100);
    }
    const cut = turns.find(({ interrupted }) => interrupted);
    const later = inside.find(({ fromMs }) => clock(fromMs) > (cut?.agentEndedMs ?? Number.NaN));
    expect(cut).toBeDefined();
    expect(clock(later?.fromMs ?? Number.NaN)).toBeGreaterThan((cut?.agentEndedMs ?? Number.NaN) + 500);
  });

  const killed = calls.add(async () => {
    const worker = new Command(['serve'], directory, {
      ...platform.variables,
      DATA_DIR: directory,
      HOST: '127.0.0.1',
      PORT: '0',
      TWILIO_AUTH_TOKEN,
    });
    const hangUp = new AbortController();
    try {
      const callSid = newCallSid();
      const spoken =
        'I would like to tell you a very long story about my teeth, and how they came to be as they are.';
      const talking = new TestCalls({ url: await urlOf(worker) }, tenant).place(
        // A process that has just begun may take its first frames late: those are what the recording begins with.
        [{ pauseMs: 1_000 }, { say: spoken, atOnce: true }, { pauseMs: 60_000 }, { hangUp: true }],
        { callSid, signal: hangUp.signal },
      );
      const { id } = await until('the call is shown', async () => (await callOf({ callSid })) ?? undefined);
      const startedMs = await until('it is recorded', async () => {
        const started = (await eventsOf(id)).find(({ type }) => type === 'RecordingStarted');
        return started && performance.now();
      });
      const folder = join(directory, 'objects', 'recordings', tenant.tenantId, id);
      await until('two parts are stored', async () => {
        const [attempt = ''] = await readdir(folder).catch(() => []);
        return (await readdir(join(folder, attempt)).catch(() => [])).length >= 2;
      });
      await worker.kill();
      const recordedMs = performance.now() - startedMs;
      hangUp.abort();
      await talking;
      const { ledger } = platform.storage;
      const command = { type: 'LoseMedia', attempt: 1, atMs: 20_000 } as const;
      await execute(ledger, callDecider, callStream(tenant.tenantId, id), command, testContext(randomUUID()));
      // Another process finds what is there.
      const { recording } = await recorded({ callSid });
      return { recordedMs, recording };
    } finally {
      hangUp.abort();
      await worker.kill();
    }
  });
  it('loses a few seconds at most when its worker is killed', async () => {
    const { recordedMs, recording } = await killed();
    expect(recording).toMatchObject({ complete: false });
    expect(recordedMs - recording.durationMs).toBeLessThan(7_000);
    const [caller] = await listen(recording.url);
    expect(
      wordsIn(caller)
        .map(({ word }) => word)
        .join(' '),
    ).toContain('I would like to tell you a very long story');
  });

  it('is announced before the greeting, and the ledger says that the caller heard it', async () => {
    const { id, turns } = (await whole()).call;
    const events = await eventsOf(id);
    expect(events.find(({ type }) => type === 'GreetingStarted')?.data).toMatchObject({
      text: `${CONSENT} ${GREETING}`,
      recordingConsent: CONSENT,
    });
    expect(events.find(({ type }) => type === 'GreetingSpoken')?.data).toMatchObject({
      recordingConsentHeard: true,
    });
    expect(turns[0]?.agentHeardText).toBe(`${CONSENT} ${GREETING}`);
  });

  const held = calls.add(async () => {
    const form = incomingCall(tenant.number);
    const { body } = await postWebhook(platform, '/webhooks/incoming-call', form);
    const call = { callSid: form.CallSid ?? '', accountSid: ACCOUNT_SID };
    const url = streamUrlOf(body) ?? '';
    const media = await MediaSocket.dial(url);
    // The process is held up: what the caller said since the socket was opened comes at once.
    await sleep(FIRST_FRAMES.length * FRAME_MS);
    media.sendStart(call);
    for (const frame of FIRST_FRAMES) media.sendFrame(frame.toString('base64'));
    await until('the agent speaks', async () => media.hasAudio);
    media.stop(call);
    await media.closed;
    return recorded(call);
  });
  it('has the first words of a caller whose first packets a busy process took late', async () => {
    const { recording } = await held();
    const [caller] = await listen(recording.url);
    const first = caller.findIndex((byte) => byte !== MU_LAW_SILENCE);
    const there = caller.subarray(first, first + FIRST_FRAMES.length * FRAME_BYTES);
    expect(Buffer.from(there).equals(Buffer.concat(FIRST_FRAMES))).toBe(true);
  });

  const unwanted = calls.add(async () => {
    const other = await createTestTenant(platform, { greeting: 'Hello.', recordingConsent: CONSENT });
    const report = await new TestCalls(platform, other).place([{ waitForAgent: true }, { hangUp: true }]);
    return until('the call is shown to its end', async () => {
      const found = await callOf(report, other.client);
      const events = await platform.storage.ledger.readStream(callStream(other.tenantId, found?.id ?? ''));
      return events.some(({ type }) => type === 'MediaQualityMeasured') ? { ...found, events } : undefined;
    });
  });
  it('is not made where the agent does not want one', async () => {
    const call = await unwanted();
    expect(call.recording).toBeNull();
    expect(call.turns?.[0]?.agentHeardText).toBe('Hello.');
    expect(call.events.filter(({ type }) => type.startsWith('Recording'))).toEqual([]);
    expect(await readdir(join(directory, 'objects', 'recordings'))).toEqual([tenant.tenantId]);
  });

  describe('is downloaded', () => {
    let id: string;
    let callSid: string;
    let url: string;
    let bytes: number;
    let file: Buffer;
    beforeAll(async () => {
      const { report, call } = await whole();
      id = call.id;
      callSid = report.callSid;
      url = call.recording.url ?? '';
      bytes = call.recording.bytes;
      file = Buffer.from(await (await download(url)).arrayBuffer());
    });

    it('as a WAV file, whole, by its headers, or a range of it', async () => {
      const whole = await download(url);
      expect(whole.status).toBe(200);
      expect(Object.fromEntries(whole.headers)).toMatchObject({
        'content-type': 'audio/wav',
        'content-length': String(bytes),
        'accept-ranges': 'bytes',
        'cache-control': 'private, no-store',
      });
      expect(file).toHaveLength(bytes);
      expect(readWav(file)).toMatchObject({ format: 'mu-law', channels: 2, sampleRateHz: 8_000 });
      await whole.arrayBuffer();

      const head = await download(url, {}, 'HEAD');
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes)]);

      const part = await download(url, { range: 'bytes=40-70000' });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 40-70000/${bytes}`]);
      expect(Buffer.from(await part.arrayBuffer()).equals(file.subarray(40, 70_001))).toBe(true);

      const beyond = await download(url, { range: `bytes=${bytes}-` });
      expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes}`]);
    });

    it('by nobody with a link that is forged, of another kind, or old', async () => {
      const call = { tenantId: tenant.tenantId, id };
      const key = derivedKey(testSecrets.masterKey, 'recording downloads');
      const base = url.slice(0, url.lastIndexOf('/') + 1);
      const tokens = [
        new LinkTokens({ key, kind: 'recording', now: () => Date.now() - 16 * 60_000 }).issue(call),
        new LinkTokens({ key, kind: 'export', now: Date.now }).issue(call),
        `x${url.slice(base.length)}`,
        '',
      ];
      for (const token of tokens) {
        const response = await download(`${base}${token}`);
        expect([token, response.status]).toEqual([token, 403]);
        expect(await response.json()).toMatchObject({ error: { code: 'FORBIDDEN' } });
      }
    });

    it('by nobody of another tenant, and not without being noted by a platform role', async () => {
      const other = await createTestTenant(platform);
      expect(await callOf({ callSid }, other.client)).toBeNull();
      const operator = platform.admin.as(
        new AccessTokens(testSecrets.jwtKeys, 600).issue({
          userId: 'usr_00000000000000000000000009',
          tenantId: tenant.tenantId,
          tenantRole: null,
          platformRole: 'OPERATOR',
        }).accessToken,
      );
      expect((await callOf({ callSid }, operator))?.recording?.url).toEqual(expect.any(String));
      const noted: unknown[] = [];
      for await (const { events, atHead } of platform.storage.ledger.subscribeAll({
        after: undefined,
        signal: AbortSignal.timeout(5_000),
      })) {
        for (const event of events) if ('type' in event && event.type === 'RecordsRead') noted.push(event);
        if (atHead) break;
      }
      expect(noted).toContainEqual(
        expect.objectContaining({
          data: { permission: 'calls:read', subject: `recording:${id}` },
          metadata: expect.objectContaining({
            tenantId: tenant.tenantId,
            actor: { type: 'operator', id: 'usr_00000000000000000000000009' },
          }),
        }),
      );
    });
  });

  const short = calls.add(async () => {
    const report = await new TestCalls(platform, tenant).place([
      { waitForAgent: true },
      { say: 'Hello?' },
      { hangUp: true },
    ]);
    return { report, call: await recorded(report) };
  });
  it('is gone with the call, also for those who have a link', async () => {
    const { report, call } = await short();
    const { id, recording } = call;
    const { eraseSubject } = await tenant.client.request(EraseSubject, { input: { kind: 'CALL', id } });
    expect(eraseSubject.userErrors).toEqual([]);
    const response = await download(recording.url);
    expect(response.status).toBe(410);
    expect(await response.json()).toMatchObject({
      error: { message: 'The call was erased, and its recording with it.' },
    });
    expect((await callOf(report))?.recording).toMatchObject({ durationMs: recording.durationMs, url: null });
  });
});
