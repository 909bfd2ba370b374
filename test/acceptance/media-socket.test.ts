import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { CallBySid } from '../../src/client/operations.js';
import { InboundAudio } from '../../src/voice/inbound-audio.js';
import { MediaSocket } from '../support/media-socket.js';
import {
  createTestTenant,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { TOLD_AFTERWARDS } from '../support/told-afterwards.js';
import {
  ACCOUNT_SID,
  incomingCall,
  newCallSid,
  postWebhook,
  signatureOf,
  streamUrlOf,
} from '../support/twilio.js';

describe('a media socket', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  beforeAll(async () => {
    platform = await startTestPlatform();
    tenant = await createTestTenant(platform, { greeting: 'Hello, how can I help you today?' });
  });
  afterAll(() => platform.close());

  /** Rings, and gives the address that the TwiML names. */
  const ring = async () => {
    const form = incomingCall(tenant.number);
    const { body } = await postWebhook(platform, '/webhooks/incoming-call', form);
    return { url: streamUrlOf(body) ?? '', callSid: form.CallSid ?? '', accountSid: ACCOUNT_SID };
  };

  const nodesOf = (callSid: string) =>
    until('the call is shown', async () => {
      const { call } = await tenant.client.request(CallBySid, { callSid });
      return call?.events.nodes;
    });

  /** Without what follows in the background: that the call can be replayed, and how its line was. */
  const eventsOf = async (callSid: string): Promise<string[]> =>
    (await nodesOf(callSid)).map(({ type }) => type).filter((type) => !TOLD_AFTERWARDS.includes(type));

  const statusOfUpgrade = async (url: string, signature: string | null): Promise<number | undefined> => {
    const socket = new WebSocket(url, {
      headers: signature === null ? {} : { 'x-twilio-signature': signature },
    });
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
    return response.statusCode;
  };

  it('carries the greeting, in whole frames of mu-law and with marks', async () => {
    const call = await ring();
    const media = await MediaSocket.start(call.url, call);
    await until('the agent speaks', async () => media.messages.some(({ event }) => event === 'mark'));
    for (const message of media.messages) expect(message.streamSid).toBe(media.streamSid);
    const [first] = media.messages.filter(({ event }) => event === 'media') as unknown as {
      media: { payload: string };
    }[];
    expect(Object.keys(first ?? {}).sort()).toEqual(['event', 'media', 'streamSid']);
    expect(Buffer.from(first?.media.payload ?? '', 'base64').length % 160).toBe(0);
    media.stop(call);
    expect((await media.closed).code).toBe(1000);
    expect(await eventsOf(call.callSid)).toEqual([
      'CallReceived',
      'CallAnswered',
      'MediaStreamStarted',
      'GreetingStarted',
      'GreetingSpoken',
      'CallEnded',
    ]);
  });

  it.each([
    ['without a signature', null],
    ['with a wrong signature', 'c2lnbmF0dXJl'],
  ])('is refused %s', async (_, signature) => {
    const call = await ring();
    expect(await statusOfUpgrade(call.url, signature)).toBe(403);
    expect(await eventsOf(call.callSid)).toEqual(['CallReceived']);
  });

  it('is refused at a path that was not given out, or was changed', async () => {
    const { url } = await ring();
    const base = url.slice(0, url.lastIndexOf('/'));
    for (const path of [`${base}/nonsense`, `${url}x`, url.replace(/.\./, 'x.')]) {
      expect(await statusOfUpgrade(path, signatureOf(path))).toBe(403);
    }
    const elsewhere = `${platform.url.replace('http', 'ws')}/elsewhere`;
    expect(await statusOfUpgrade(elsewhere, signatureOf(elsewhere))).toBe(404);
  });

  it('is closed with 1008 when it starts another call than its webhook told', async () => {
    const call = await ring();
    for (const other of [
      { ...call, callSid: newCallSid() },
      { ...call, accountSid: `AC${'2'.repeat(32)}` },
    ]) {
      const media = await MediaSocket.start(call.url, other);
      expect(await media.closed).toEqual({
        code: 1008,
        reason: expect.stringContaining('not the one that the webhook told'),
      });
    }
    expect(await eventsOf(call.callSid)).toEqual(['CallReceived']);
  });

  it('is the only one of its attempt: a second is closed, and the first goes on', async () => {
    const call = await ring();
    const first = await MediaSocket.start(call.url, call);
    await until('the agent speaks', async () => first.hasAudio);
    const second = await MediaSocket.start(call.url, { ...call, streamSid: `MZ${'2'.repeat(32)}` });
    expect(await second.closed).toEqual({ code: 1008, reason: expect.stringContaining('one voice') });
    expect(second.hasAudio).toBe(false);
    expect(first.socket.readyState).toBe(WebSocket.OPEN);
    first.stop(call);
    await first.closed;
  });

  it('is closed when its audio is not mu-law at 8 kHz', async () => {
    const call = await ring();
    const mediaFormat = { encoding: 'audio/x-l16', sampleRate: 16_000, channels: 1 };
    const media = await MediaSocket.start(call.url, { ...call, mediaFormat });
    expect(await media.closed).toEqual({ code: 1003, reason: 'cannot take audio/x-l16 at 16000 Hz' });
  });

  it('is closed when what comes before its start cannot be read', async () => {
    const { url } = await ring();
    const media = await MediaSocket.dial(url);
    media.socket.send('{"event":');
    expect((await media.closed).code).toBe(1007);
  });

  it('loses its stream, and no other call notices, where we make a mistake', async () => {
    const [call, neighbour] = [await ring(), await ring()];
    const media = await MediaSocket.start(call.url, call);
    const other = await MediaSocket.start(neighbour.url, neighbour);
    await until('both agents speak', async () => media.hasAudio && other.hasAudio);
    const mistake = jest.spyOn(InboundAudio.prototype, 'take').mockImplementationOnce(() => {
      throw new Error('a mistake');
    });
    media.sendSilence(1);
    expect((await media.closed).code).toBe(1000);
    mistake.mockRestore();
    other.sendSilence(5);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
    // The carrier asks, and is told to open the next one.
    const { body } = await postWebhook(
      platform,
      '/webhooks/stream-ended?attempt=1',
      incomingCall(tenant.number, call.callSid),
    );
    expect(body).toContain('<Stream');
    other.stop(neighbour);
    await other.closed;
  });

  it('goes on over what cannot be read, and no other call notices', async () => {
    const [call, neighbour] = [await ring(), await ring()];
    const media = await MediaSocket.start(call.url, call);
    const other = await MediaSocket.start(neighbour.url, neighbour);
    const { streamSid } = media;
    media.socket.send('not json');
    media.socket.send(Buffer.from([1, 2, 3]));
    media.send({ event: 'media', streamSid: 'MZother', media: { payload: '', timestamp: '1' } });
    media.send({ event: 'media', streamSid });
    media.send({ event: 'media', streamSid, media: { payload: '!!!', timestamp: '20' } });
    media.send({ event: 'media', streamSid, media: { payload: '////', timestamp: 'soon' } });
    media.send({ event: 'dtmf', streamSid, dtmf: { digit: 'x' } });
    media.send({ event: 'mark', streamSid });
    media.send({ event: 'mark', streamSid, mark: { name: 'not ours' } });
    media.send({ event: 'something-new', streamSid, something: {} });
    media.sendSilence(5);
    await until('both agents speak', async () => media.hasAudio && other.hasAudio);
    expect([media.socket.readyState, other.socket.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
    media.stop(call);
    other.stop(neighbour);
    await Promise.all([media.closed, other.closed]);
    const shown = await nodesOf(call.callSid);
    expect(shown.filter(({ type }) => type === 'CallEnded')).toHaveLength(1);
    // Told once, however much of it came.
    expect(shown.filter(({ type }) => type === 'AudioProcessingFailed').map(({ data }) => data)).toEqual([
      { attempt: 1, recoverable: true, error: 'the message is not JSON', atMs: expect.any(Number) },
    ]);
  });

  it('is closed when too much in a row cannot be read, and the call says so', async () => {
    const call = await ring();
    const media = await MediaSocket.start(call.url, call);
    await until('the agent speaks', async () => media.hasAudio);
    for (let at = 0; at < 101; at++) media.socket.send('not json');
    expect((await media.closed).code).toBe(1007);
    const failures = await until('the call says so', async () => {
      const shown = await nodesOf(call.callSid);
      const told = shown.filter(({ type }) => type === 'AudioProcessingFailed');
      return told.length === 2 ? told.map(({ data }) => data) : undefined;
    });
    expect(failures).toMatchObject([{ recoverable: true }, { recoverable: false }]);
  });

  it('tells of the first gap in its audio when it comes, and no more of the others than their sum', async () => {
    const call = await ring();
    const media = await MediaSocket.start(call.url, call);
    for (let at = 0; at < 5; at++) {
      media.sendSilence(5);
      media.skip(100);
    }
    media.sendSilence(5);
    const detected = await until('the gap is told of', async () => {
      const shown = await nodesOf(call.callSid);
      const told = shown.filter(({ type }) => type === 'MediaGapDetected');
      return told.length > 0 ? told.map(({ data }) => data) : undefined;
    });
    expect(detected).toEqual([{ attempt: 1, gapMs: 100, atMs: expect.any(Number) }]);
    media.stop(call);
    await media.closed;
    const shown = await nodesOf(call.callSid);
    expect(shown.filter(({ type }) => type === 'MediaGapDetected')).toHaveLength(1);
  });

  it('takes audio without a timestamp as it comes, in its order', async () => {
    const call = await ring();
    const media = await MediaSocket.start(call.url, call);
    const { streamSid } = media;
    const payload = Buffer.alloc(160, 0xff).toString('base64');
    for (let at = 0; at < 10; at++) {
      media.sendFrame(payload);
      media.send({ event: 'media', streamSid, media: { track: 'inbound', payload } });
      media.skip(20);
    }
    media.stop(call);
    await media.closed;
    const measured = await until('its quality is known', async () =>
      (await nodesOf(call.callSid)).find(({ type }) => type === 'MediaQualityMeasured'),
    );
    expect(measured.data).toMatchObject({ receivedFrames: 20, gaps: 0 });
  });

  it('that vanishes without a stop ends its call within ten seconds', async () => {
    const call = await ring();
    const media = await MediaSocket.start(call.url, call);
    await until('the agent speaks', async () => media.hasAudio);
    const goneAtMs = performance.now();
    media.socket.terminate();
    const { call: ended } = await until('the call has ended', async () => {
      const answer = await tenant.client.request(CallBySid, { callSid: call.callSid });
      return answer.call?.endReason ? answer : undefined;
    });
    expect(performance.now() - goneAtMs).toBeLessThan(10_000);
    expect(ended).toMatchObject({ status: 'COMPLETED', endReason: 'CALLER_HUNG_UP', endedBy: 'platform' });
    // Cut short, and interrupted by nobody.
    expect(ended?.turns[0]).toMatchObject({ turn: 0, interrupted: true, cutBy: 'MEDIA_LOST' });
    expect(ended?.interruptions).toBe(0);
  });

  it('brings the call back after it was lost: the next attempt goes on, without another greeting', async () => {
    const call = await ring();
    const first = await MediaSocket.start(call.url, call);
    await until('the agent speaks', async () => first.hasAudio);
    first.socket.terminate();
    const { callSid, accountSid } = call;
    const ended = { CallSid: callSid, AccountSid: accountSid };
    const { body } = await postWebhook(platform, '/webhooks/stream-ended?attempt=1', ended);
    const second = await MediaSocket.start(streamUrlOf(body) ?? '', {
      ...call,
      streamSid: `MZ${'3'.repeat(32)}`,
    });
    await until('the agent speaks again', async () => second.hasAudio);
    second.stop(call);
    await second.closed;
    const events = await eventsOf(callSid);
    expect(events.filter((type) => type === 'GreetingStarted')).toHaveLength(1);
    expect(events).toEqual(
      expect.arrayContaining(['MediaStreamLost', 'MediaStreamStarted', 'CallResumed', 'NoticeGiven']),
    );
    expect(events.at(-1)).toBe('CallEnded');
  });

  it('ends a call at once, and says why, whose provider has lost its key since the agent was published', async () => {
    const environment = {
      DATA_DIR: platform.dataDir,
      DEEPGRAM_API_KEY: 'test',
      DEFAULT_PROVIDER: 'sandbox',
    };
    const before = await startTestPlatform({ environment, databaseUrl: platform.databaseUrl });
    const other = await createTestTenant(before, { speechToText: { provider: 'deepgram' } });
    const form = incomingCall(other.number);
    const callSid = form.CallSid ?? '';
    const answer = await postWebhook(platform, '/webhooks/incoming-call', form);
    const call = { callSid, accountSid: ACCOUNT_SID };
    const media = await MediaSocket.start(streamUrlOf(answer.body) ?? '', call);
    expect((await media.closed).code).toBe(1003);
    const ended = { CallSid: callSid, AccountSid: ACCOUNT_SID };
    const { body } = await postWebhook(platform, '/webhooks/stream-ended?attempt=1', ended);
    expect(body).toMatch(/<Say[^>]*>[^<]*technical problem[^<]*<\/Say><Hangup\/>/);
    const shown = await until('the end is shown', async () => {
      const { call: found } = await other.client.request(CallBySid, { callSid });
      return found?.endReason ? found : undefined;
    });
    await before.close();
    expect(shown).toMatchObject({ endReason: 'FAILED', endedBy: 'platform' });
    const error = shown.events.nodes.find(({ type }) => type === 'MediaStreamErrorReported');
    expect(error?.data).toMatchObject({ error: expect.stringContaining('DEEPGRAM_API_KEY') });
  });
});
