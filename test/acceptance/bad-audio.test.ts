import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { encodeMuLaw, FRAME_MS, SAMPLE_RATE_HZ } from '../../src/audio/mu-law.js';
import { readWav } from '../../src/audio/wav.js';
import type { CallReport } from '../../src/simulator/call-report.js';
import { SILENT_FRAME, speechAudio } from '../../src/simulator/caller-audio.js';
import { type DeepgramEmulator, startDeepgramEmulator } from '../emulators/deepgram/emulator.js';
import { AtOnce } from '../support/at-once.js';
import { MediaSocket } from '../support/media-socket.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { until } from '../support/postgres/until.js';
import { randomFrom } from '../support/random.js';
import { type Call, eventsOf, TestCalls } from '../support/test-calls.js';
import { ACCOUNT_SID, incomingCall, postWebhook, streamUrlOf } from '../support/twilio.js';

jest.setTimeout(120_000);

interface Line {
  readonly report: CallReport;
  readonly call: Call;
}

const STORY =
  'Once upon a time there was a small village by the sea. Its people were fishermen, and they sang at night while the boats came home to the harbour.';
/** A little longer than it takes: what the agent says after it is another story. */
const STORY_MS = 12_000;
const HANG_UP = { hangUp: true, atOnce: true };
/** The ladder's shortest: it asks after two seconds, and says goodbye after four. */
const SILENCE_TIMEOUT_MS = 4_000;
/** Longer than any of these calls may last. */
const FOR_EVER_MS = 45_000;

/** A third-party recording beside the repository: the case is there where the file is. */
const OFFICE = new URL('../../../shared/audio/office_noise_8k_15s.wav', import.meta.url);
const office = existsSync(OFFICE) ? readWav(readFileSync(OFFICE)).samples : null;

const random = randomFrom(1);
const noiseAt = (amplitude: number) => () => (random() - 0.5) * amplitude;
const toneAt = (hz: number) => (n: number) => Math.sin((2 * Math.PI * hz * n) / SAMPLE_RATE_HZ) * 6_000;

/** What is on the caller's line instead of words: samples of 16 bits. */
const NOISES: Readonly<Record<string, (n: number) => number>> = {
  'white noise': noiseAt(4_000),
  'a steady tone': toneAt(425),
  'an engaged tone': (n) => (n % 8_000 < 4_000 ? toneAt(425)(n) : 0),
  ...(office ? { 'an office': (n: number) => office[n % office.length] ?? 0 } : {}),
};

describe('a call with bad audio', () => {
  let directory: string;
  let platform: TestPlatform;
  let brief: TestTenant;
  /** Their ears find no word in what is none. */
  let patient: TestTenant;
  let storyteller: TestTenant;
  let deepgram: DeepgramEmulator;
  /** All calls at once, by what is on their lines. */
  const lines = new Map<string, Promise<Line>>();
  const others = new AtOnce();

  beforeAll(async () => {
    directory = await makeTestDirectory();
    deepgram = await startDeepgramEmulator();
    platform = await startTestPlatform({
      environment: {
        DEEPGRAM_API_KEY: 'test',
        DEEPGRAM_BASE_URL: deepgram.origin,
        DEFAULT_PROVIDER: 'sandbox',
      },
    });
    const settings = { greeting: 'Hello!', systemPrompt: 'Be kind.', silenceTimeoutMs: SILENCE_TIMEOUT_MS };
    brief = await createTestTenant(platform, settings);
    const speechToText = { provider: 'deepgram' };
    patient = await createTestTenant(platform, { ...settings, speechToText });
    storyteller = await createTestTenant(platform, {
      greeting: STORY,
      systemPrompt: 'Be kind.',
      speechToText,
    });
    lines.set('a quiet line', talk(storyteller, [{ pauseMs: STORY_MS }, HANG_UP]));
    lines.set('silence', talk(patient, [{ pauseMs: FOR_EVER_MS }]));
    for (const [name, sampleAt] of Object.entries(NOISES)) {
      const forEver = await writeAudio(`${name}.ulaw`, FOR_EVER_MS, sampleAt);
      lines.set(name, talk(patient, [{ audio: forEver, atOnce: true }]));
      const inStory = await writeAudio(`${name} in a story.ulaw`, STORY_MS, sampleAt);
      lines.set(`${name} in a story`, talk(storyteller, [{ audio: inStory, atOnce: true }, HANG_UP]));
    }
    // Their failures are told by the tests that wait for them.
    for (const line of lines.values()) line.catch(() => undefined);
    others.start();
  });
  afterAll(async () => {
    await Promise.allSettled(lines.values());
    await others.settled();
    await platform.close();
    await deepgram.close();
    await removeTestDirectory(directory);
  });

  const writeAudio = async (name: string, ms: number, sampleAt: (n: number) => number): Promise<string> => {
    const samples = Int16Array.from({ length: (ms / 1_000) * SAMPLE_RATE_HZ }, (_, n) => sampleAt(n));
    const path = join(directory, name);
    await writeFile(path, encodeMuLaw(samples));
    return path;
  };

  /** Some are placed by no carrier that would report their end. */
  const ended = (tenant: TestTenant, callSid: string): Promise<Call> =>
    new TestCalls(platform, tenant).until(
      callSid,
      'the call has ended',
      ({ endReason }) => endReason != null,
    );

  const talk = async (tenant: TestTenant, steps: readonly object[]): Promise<Line> => {
    const report = await new TestCalls(platform, tenant).place(steps);
    return { report, call: await ended(tenant, report.callSid) };
  };

  const on = (name: string): Promise<Line> => {
    const line = lines.get(name);
    if (!line) throw new Error(`Nobody called on ${name}.`);
    return line;
  };

  const wordsIn = (call: Call): unknown[] =>
    eventsOf(call, 'CallerTurnCommitted').flatMap(({ text }) => (text === '' ? [] : [text]));

  /** What came of the agent, in messages of 100 ms, and how often what had come was thrown away. */
  const played = ({ report: { streams } }: Line) => ({
    messages: streams.reduce((sum, { mediaReceived }) => sum + mediaReceived, 0),
    clears: streams.reduce((sum, { clears }) => sum + clears, 0),
  });

  const noises = Object.keys(NOISES);

  it.each(noises)('is told a whole story over %s, without a stutter', async (name) => {
    const quiet = await on('a quiet line');
    const noisy = await on(`${name} in a story`);
    expect(eventsOf(noisy.call, 'GreetingSpoken')).toMatchObject([{ heardText: STORY, interrupted: false }]);
    expect(wordsIn(noisy.call)).toEqual([]);
    expect(played(quiet).clears).toBe(0);
    const { messages, clears } = played(noisy);
    // Held once at most: then what was on its way, and the word that was cut, are sent again.
    expect(clears).toBeLessThanOrEqual(1);
    expect(messages - played(quiet).messages).toBeLessThanOrEqual(clears * 10);
    expect(messages).toBeGreaterThanOrEqual(played(quiet).messages);
  });

  it.each(['silence', ...noises])('is ended by the agent, who hears %s for ever', async (name) => {
    const line = await on(name);
    expect(line.report).toMatchObject({ outcome: 'completed', endedBy: 'platform', errors: [] });
    // By the ladder, over the noise: not because it stopped.
    expect(line.report.endedAtMs).toBeLessThan(FOR_EVER_MS);
    expect(line.call).toMatchObject({ status: 'COMPLETED', endReason: 'SILENCE', endedBy: 'platform' });
    expect(eventsOf(line.call, 'SilencePrompted').map(({ rung }) => rung)).toEqual([1, 2]);
    const prompts = line.call.turns.flatMap((turn) => turn.prompts ?? []);
    expect(prompts).toMatchObject([{ kind: 'SILENCE' }, { kind: 'SILENCE' }]);
    for (const { text, heardText } of prompts) expect(heardText).toBe(text);
    expect(wordsIn(line.call)).toEqual([]);
    expect(played(line).clears).toBeLessThanOrEqual(1);
  });

  const ring = async (tenant: TestTenant) => {
    const form = incomingCall(tenant.number);
    const { body } = await postWebhook(platform, '/webhooks/incoming-call', form);
    return { url: streamUrlOf(body) ?? '', callSid: form.CallSid ?? '', accountSid: ACCOUNT_SID };
  };

  const cut = others.add(async () => {
    const call = await ring(brief);
    const media = await MediaSocket.start(call.url, call);
    media.echoMarks();
    await until('the agent has greeted', async () => media.messages.some(({ event }) => event === 'mark'));
    const { frames } = await speechAudio('When are you open on Sunday?', 'en');
    const pause = Array(25).fill(SILENT_FRAME);
    const payloads = [...pause, ...frames, ...pause, ...pause, ...pause, ...pause, ...pause].map(
      ({ base64 }, n) => (n % 10 === 7 ? base64.slice(0, 101) : base64),
    );
    const fromMs = performance.now();
    for (const [n, payload] of payloads.entries()) {
      // As fast as somebody speaks.
      await sleep(Math.max(0, fromMs + n * FRAME_MS - performance.now()));
      media.sendFrame(payload);
    }
    expect(media.socket.readyState).toBe(WebSocket.OPEN);
    media.stop(call);
    return ended(brief, call.callSid);
  });
  it('understands the caller though some of the base64 is cut', async () => {
    const { turns } = await cut();
    expect(turns.map(({ callerText }) => callerText)).toContain('When are you open on Sunday?');
  });

  it.each([
    ['another codec', { encoding: 'audio/x-l16', sampleRate: 8000, channels: 1 }, 'audio/x-l16 at 8000 Hz'],
    [
      'another rate',
      { encoding: 'audio/x-mulaw', sampleRate: 16_000, channels: 1 },
      'audio/x-mulaw at 16000 Hz',
    ],
  ])('of %s ends with an apology at once, and says what came', async (_, mediaFormat, what) => {
    const call = await ring(brief);
    const media = await MediaSocket.start(call.url, { ...call, mediaFormat });
    expect(await media.closed).toEqual({ code: 1003, reason: `cannot take ${what}` });
    const form = { CallSid: call.callSid, AccountSid: call.accountSid };
    const { body } = await postWebhook(platform, '/webhooks/stream-ended?attempt=1', form);
    expect(body).toMatch(
      /<Say language="en-US">I am sorry, we have a technical problem\..*<\/Say><Hangup\/>/,
    );
    const shown = await ended(brief, call.callSid);
    expect(shown).toMatchObject({ status: 'FAILED', endReason: 'FAILED', endedBy: 'platform' });
    expect(eventsOf(shown, 'MediaStreamErrorReported')).toMatchObject([
      { streamSid: media.streamSid, code: null, error: `cannot take ${what}` },
    ]);
  });

  it('goes on when a second stream of it has another codec', async () => {
    const call = await ring(brief);
    const media = await MediaSocket.start(call.url, call);
    await until('the agent speaks', async () => media.hasAudio);
    const mediaFormat = { encoding: 'audio/x-alaw', sampleRate: 8000, channels: 1 };
    const second = await MediaSocket.start(call.url, {
      ...call,
      mediaFormat,
      streamSid: `MZ${'2'.repeat(32)}`,
    });
    expect((await second.closed).code).toBe(1003);
    expect(media.socket.readyState).toBe(WebSocket.OPEN);
    media.stop(call);
    await media.closed;
    expect(await ended(brief, call.callSid)).toMatchObject({ endReason: 'CALLER_HUNG_UP' });
  });
});
