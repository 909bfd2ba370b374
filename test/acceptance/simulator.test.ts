import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readWav } from '../../src/audio/wav.js';
import { type PlaceCallOptions, placeCall } from '../../src/simulator/place-call.js';
import { placeCalls } from '../../src/simulator/place-calls.js';
import type { Scenario } from '../../src/simulator/scenario.js';
import {
  AUTH_TOKEN,
  connectTo,
  type PlatformScript,
  type ScriptedPlatform,
  startScriptedPlatform,
} from '../support/scripted-platform.js';

const hangUp = { hangUp: true, atOnce: true } as const;
const pause = (ms: number): Scenario => ({ name: 'a pause', steps: [{ pauseMs: ms }, hangUp] });

describe('a simulated call', () => {
  let platform: ScriptedPlatform;
  afterEach(() => platform.close());

  const call = async (script: PlatformScript, scenario: Scenario, more: Partial<PlaceCallOptions> = {}) => {
    platform = await startScriptedPlatform(script);
    return placeCall({
      platformUrl: platform.url,
      authToken: AUTH_TOKEN,
      from: '+14155550123',
      to: '+14155550100',
      scenario,
      ...more,
    });
  };

  const connect: PlatformScript = { answer: (_, publicUrl) => connectTo(publicUrl) };
  const messagesOf = (event: string, stream = 0) =>
    (platform.streams[stream]?.messages ?? []).filter((message) => message.event === event);

  it('signs its webhooks and its socket, and tells who calls whom', async () => {
    const report = await call(connect, pause(100), { callSid: `CA${'1'.repeat(32)}` });
    expect(report).toMatchObject({ outcome: 'completed', endedBy: 'caller', ok: true, errors: [] });
    expect(platform.webhooks.map(({ path, signed }) => [path, signed])).toEqual([
      ['/webhooks/incoming-call', true],
      ['/webhooks/call-status', true],
    ]);
    expect(platform.webhooks[0]?.form).toMatchObject({
      CallSid: `CA${'1'.repeat(32)}`,
      From: '+14155550123',
      To: '+14155550100',
      CallStatus: 'ringing',
      FromCity: '',
    });
    expect(platform.webhooks[1]?.form).toMatchObject({
      CallStatus: 'completed',
      CallDuration: '0',
      Duration: '0',
      SequenceNumber: '0',
    });
    expect(platform.streams[0]?.signed).toBe(true);
  });

  it.each([
    ['completed', { DialBridged: 'true', DialCallDuration: '1' }],
    ['busy', { DialBridged: 'false' }],
  ] as const)('that is put through tells what came of it: %s', async (person, form) => {
    const dial = (publicUrl: string) =>
      `<Response><Dial action="${publicUrl}/over?transfer=1"><Number>+14155550199</Number></Dial></Response>`;
    const answer: PlatformScript['answer'] = (webhook, publicUrl) =>
      [connectTo(publicUrl, '/ended'), dial(publicUrl)][webhook] ?? '<Response><Hangup/></Response>';
    const onStream: PlatformScript['onStream'] = (stream) => stream.socket.close(1000);
    const report = await call(
      { answer, onStream },
      { name: 'a transfer', person, steps: [{ pauseMs: 9_000 }] },
    );
    expect(report).toMatchObject({ dials: ['+14155550199'], endedBy: 'platform', errors: [] });
    const asked = platform.webhooks.find(({ path }) => path === '/over?transfer=1');
    expect(asked).toMatchObject({ signed: true, form: { DialCallStatus: person, ...form } });
  });

  it('signs for the public address where the platform has another one', async () => {
    const publicUrl = 'https://voice.example.com';
    await call({ ...connect, publicUrl }, pause(50), { publicUrl });
    expect(platform.webhooks.map(({ signed }) => signed)).toEqual([true, true]);
    expect(platform.streams.map(({ path, signed }) => [path, signed])).toEqual([['/media/token', true]]);
  });

  it('sends 20 ms of audio every 20 ms, with counters that miss nothing and honest timestamps', async () => {
    const report = await call(connect, pause(500));
    const [connected, start] = platform.streams[0]?.messages ?? [];
    expect([connected?.event, start?.event]).toEqual(['connected', 'start']);
    const media = messagesOf('media') as unknown as {
      media: { chunk: string; timestamp: string; payload: string };
    }[];
    expect(media.length).toBeGreaterThanOrEqual(25);
    expect(media.length).toBe(report.streams[0]?.framesSent);
    expect(media.map(({ media: { chunk } }) => Number(chunk))).toEqual(media.map((_, at) => at + 1));
    const numbers = (platform.streams[0]?.messages ?? [])
      .slice(1)
      .map(({ sequenceNumber }) => sequenceNumber);
    expect(numbers).toEqual(numbers.map((_, at) => String(at + 1)));
    const times = media.map(({ media: { timestamp } }) => Number(timestamp));
    expect(times[0]).toBeGreaterThan(0);
    times.forEach((time, at) => {
      expect(Math.abs(time - (times[0] ?? 0) - 20 * at)).toBeLessThanOrEqual(3);
    });
    for (const { media: frame } of media) expect(Buffer.from(frame.payload, 'base64')).toHaveLength(160);
    expect(platform.streams[0]?.messages.at(-1)).toMatchObject({
      event: 'stop',
      stop: { callSid: report.callSid },
    });
  });

  it('echoes a mark when it is reached, and the rest at once when the platform clears', async () => {
    const echoes: [string, number][] = [];
    let startedMs = 0;
    await call(
      {
        ...connect,
        onStream: (stream) => {
          startedMs = performance.now();
          stream.audio(200);
          stream.mark('reached');
          stream.audio(5000);
          stream.mark('cleared');
        },
        onMessage: (message, stream) => {
          if (message.event !== 'mark') return;
          const { name } = message.mark as { name: string };
          echoes.push([name, performance.now() - startedMs]);
          if (name === 'reached') stream.clear();
        },
      },
      pause(600),
    );
    expect(echoes.map(([name]) => name)).toEqual(['reached', 'cleared']);
    expect(echoes[0]?.[1]).toBeGreaterThanOrEqual(199);
    expect(echoes[1]?.[1]).toBeLessThan(1000);
  });

  it('measures an interruption and the answer after it', async () => {
    let heardMs = 0;
    const report = await call(
      {
        ...connect,
        onStream: (stream) => stream.audio(20_000),
        onMessage: (message, stream) => {
          if (message.event !== 'media' || heardMs > 0) return;
          const { payload } = message.media as { payload: string };
          if (Buffer.from(payload, 'base64').every((byte) => byte === 0xff)) return;
          heardMs = performance.now();
          setTimeout(() => stream.clear(), 200);
          setTimeout(() => stream.audio(300), 2000);
        },
      },
      {
        name: 'an interruption',
        steps: [
          { interrupt: 'No, wait a moment', afterMs: 300 },
          { hangUp: true, afterAgentMs: 100 },
        ],
        expect: { interruptions: 1, interruptionMaxMs: 2000, agentUtterances: 2 },
      },
    );
    expect(report.expectations.filter(({ ok }) => !ok)).toEqual([]);
    const [turn] = report.turns;
    expect(turn?.interruptionMs).toBeGreaterThan(150);
    expect(turn?.fromMs).toBeGreaterThanOrEqual((report.agent[0]?.voicedFromMs ?? 0) + 300);
    expect(turn?.responseMs).toBeGreaterThan(0);
    expect((turn?.toMs ?? 0) + (turn?.responseMs ?? 0)).toBeCloseTo(report.agent[1]?.voicedFromMs ?? 0, 3);
  });

  it('tells where the agent faltered', async () => {
    const report = await call(
      {
        ...connect,
        onStream: (stream) => {
          stream.audio(100);
          setTimeout(() => stream.audio(100), 300);
        },
      },
      pause(800),
    );
    expect(report.underruns).toHaveLength(1);
    expect(report.underruns[0]?.gapMs).toBeGreaterThan(100);
  });

  it('asks what comes next when the platform closes the stream, and takes up another one', async () => {
    const report = await call(
      {
        answer: (webhook, publicUrl) =>
          webhook < 2
            ? connectTo(publicUrl, `/next?attempt=${webhook + 1}`)
            : '<Response><Hangup/></Response>',
        onStream: (stream) => setTimeout(() => stream.socket.close(1000), 100),
      },
      pause(5_000),
    );
    expect(report).toMatchObject({ outcome: 'completed', endedBy: 'platform' });
    expect(platform.webhooks.map(({ path, signed }) => [path, signed])).toEqual([
      ['/webhooks/incoming-call', true],
      ['/next?attempt=1', true],
      ['/next?attempt=2', true],
      ['/webhooks/call-status', true],
    ]);
    expect(platform.webhooks[1]?.form.CallStatus).toBe('in-progress');
    expect(new Set(report.streams.map(({ streamSid }) => streamSid)).size).toBe(2);
    expect(messagesOf('start', 1)[0]?.sequenceNumber).toBe('1');
  });

  it.each([
    [true, 'completed'],
    [false, 'failed'],
  ])(
    'asks also after a stream that broke: %s, and the call is %s',
    async (asksAfterBrokenStream, outcome) => {
      const report = await call(
        {
          answer: (webhook, publicUrl) =>
            webhook === 0 ? connectTo(publicUrl, '/next') : '<Response><Hangup/></Response>',
          onStream: (stream) => stream.socket.terminate(),
        },
        pause(5_000),
        { asksAfterBrokenStream },
      );
      expect(report.outcome).toBe(outcome);
      expect(report.streams).toMatchObject([{ closeCode: 1006 }]);
      expect(platform.webhooks.some(({ path }) => path === '/next')).toBe(asksAfterBrokenStream);
    },
  );

  it('vanishes without a word where the scenario says so', async () => {
    await call(connect, { name: 'gone', steps: [{ pauseMs: 100 }, { hangUp: 'vanish', atOnce: true }] });
    expect(await platform.streams[0]?.closed).toBe(1006);
    expect(messagesOf('stop')).toEqual([]);
    expect(platform.webhooks).toHaveLength(1);
  });

  it('hears what is said in place of a stream', async () => {
    const report = await call(
      { answer: () => '<Response><Say>Not in service.</Say><Hangup/></Response>' },
      { ...pause(10), expect: { outcome: 'rejected', says: 'Not in service' } },
    );
    expect(report).toMatchObject({
      outcome: 'rejected',
      endedBy: 'platform',
      ok: true,
      says: ['Not in service.'],
    });
  });

  it.each<[string, PlatformScript['answer'], string]>([
    [
      'a refusal',
      () => ({ status: 403, body: '{"error":{"message":"Wrong signature."}}' }),
      'answered 403: Wrong signature.',
    ],
    ['what is no TwiML', () => 'Hello', "The platform's TwiML can't be followed: it isn't XML"],
    ['going round in circles', (_, url) => connectTo(url, '/again'), 'answered 120 times'],
  ])('fails with a sentence at %s', async (_, answer, problem) => {
    const report = await call({ answer, onStream: (stream) => stream.socket.close(1000) }, pause(60_000));
    expect(report).toMatchObject({ outcome: 'failed', ok: false });
    expect(report.errors.join()).toContain(problem);
  });

  it('fails with a sentence where nobody answers', async () => {
    const report = await call(connect, pause(10), { platformUrl: 'http://localhost:2' });
    expect(report).toMatchObject({ outcome: 'failed', endedBy: null, webhookMs: null });
    expect(report.errors[0]).toMatch(
      /http:\/\/localhost:2\/webhooks\/incoming-call doesn't answer: .*ECONNREFUSED/,
    );
  });

  it('tells what Twilio would complain of, and goes on', async () => {
    const report = await call(
      {
        ...connect,
        onStream: ({ socket, audio }) => {
          socket.send('{"event":"clear","stream_sid":"MZ"}');
          socket.send(Buffer.from('audio'));
          audio(100);
        },
      },
      pause(200),
    );
    expect(report.streams[0]?.warnings).toHaveLength(2);
    expect(report.agent).toHaveLength(1);
  });

  it('hangs up when it is called off', async () => {
    const controller = new AbortController();
    const report = await call(
      { ...connect, onStream: () => controller.abort() },
      { name: 'long', steps: [{ pauseMs: 60_000 }] },
      { signal: controller.signal },
    );
    expect(report).toMatchObject({ endedBy: 'caller', ok: false, errors: ['The call was called off.'] });
    expect(messagesOf('stop')).toHaveLength(1);
  });

  it('records what both sides heard, each at its time', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ledgerline-recording-'));
    const recordTo = join(directory, 'call.wav');
    const report = await call(
      { ...connect, onStream: (stream) => stream.audio(300) },
      { name: 'recorded', steps: [{ say: 'Yes', afterAgentMs: 100 }, hangUp] },
      { recordTo },
    );
    const { channels, samples } = readWav(await readFile(recordTo));
    await rm(directory, { recursive: true });
    expect(channels).toBe(2);
    const isLoud = (channel: 0 | 1, fromMs: number, toMs: number) =>
      samples
        .subarray(Math.round(fromMs) * 16, Math.round(toMs) * 16)
        .some((sample, n) => n % 2 === channel && Math.abs(sample) > 500);
    const [agent] = report.agent;
    const [turn] = report.turns;
    if (!agent || !turn) throw new Error('Somebody said nothing.');
    expect(isLoud(1, agent.voicedFromMs, agent.voicedToMs)).toBe(true);
    expect(isLoud(0, agent.voicedFromMs, agent.voicedToMs)).toBe(false);
    expect(isLoud(0, turn.fromMs, turn.toMs)).toBe(true);
    expect(isLoud(1, turn.fromMs, turn.toMs)).toBe(false);
  });
});

describe('many simulated calls', () => {
  it('are so many at a time, from a number each, and counted together', async () => {
    const platform = await startScriptedPlatform({
      answer: (webhook, publicUrl) => (webhook === 3 ? { status: 500, body: 'no' } : connectTo(publicUrl)),
      onStream: (stream) => stream.audio(100),
    });
    const progress: number[] = [];
    const report = await placeCalls({
      platformUrl: platform.url,
      authToken: AUTH_TOKEN,
      to: '+14155550100',
      scenario: pause(200),
      calls: 7,
      concurrency: 3,
      onProgress: ({ active }) => progress.push(active),
    });
    await platform.close();
    expect(report).toMatchObject({ ok: false, failed: 1, peak: 3, underruns: 0, greetings: { count: 6 } });
    expect(Math.max(...progress)).toBe(3);
    expect(new Set(report.calls.map(({ from }) => from)).size).toBe(7);
  });
});
