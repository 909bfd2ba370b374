import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AppError } from '../../src/domain/errors.js';
import { createOpenAiProviders, type OpenAiOptions } from '../../src/providers/openai/openai-providers.js';
import { realtimeUrl } from '../../src/providers/openai/realtime-transcription.js';
import type { SpeechToTextStream } from '../../src/providers/speech-to-text.js';
import { all, failureOf, gate } from '../emulators/openai/reading.js';
import {
  type RealtimeTranscriptionEmulator,
  startRealtimeTranscriptionEmulator,
} from '../emulators/openai/realtime-transcription.js';
import type { ServedSocket, SocketFault } from '../emulators/socket-server.js';
import { transcriptReader } from '../support/transcript-reader.js';

const LIVE = 'gpt-realtime-whisper';

let openAi: RealtimeTranscriptionEmulator;
let caller: AbortController;

beforeEach(async () => {
  openAi = await startRealtimeTranscriptionEmulator();
  caller = new AbortController();
});

afterEach(async () => {
  caller.abort();
  await openAi.close();
});

const provider = (options: Partial<OpenAiOptions> = {}) =>
  createOpenAiProviders({ apiKey: 'sk-key', baseUrl: openAi.baseUrl, ...options }).speechToText;

const open = (model: string | null = LIVE, language = 'en-US', options: Partial<OpenAiOptions> = {}) =>
  provider(options).open({ model, language, fallbackLanguage: null, signal: caller.signal });

const write = (stream: SpeechToTextStream, ms: number, voiced = true, byte = 0x9f) => {
  for (let at = 0; at < ms; at += 20) stream.write(new Uint8Array(160).fill(byte), voiced);
};

const audioOf = ({ received }: ServedSocket): Uint8Array =>
  Buffer.concat(
    received.flatMap((item) =>
      item instanceof Uint8Array || typeof item.audio !== 'string' ? [] : [Buffer.from(item.audio, 'base64')],
    ),
  );

const delta = (item_id: string, text: string) => ({
  type: 'conversation.item.input_audio_transcription.delta',
  item_id,
  delta: text,
});

describe("OpenAI's realtime transcription", () => {
  it('is there for the models that transcribe live, and for others by choice', async () => {
    expect(provider().traits(LIVE)).toEqual({ finalWithinMs: 1660, interims: true, decidesTurns: false });
    expect(provider().traits('gpt-live-transcribe').interims).toBe(true);
    expect(provider().traits('realtime:gpt-4o-transcribe').interims).toBe(false);
    expect(provider().traits(null).interims).toBe(false);
    open('realtime:gpt-4o-transcribe');
    const served = await openAi.socket(0);
    await served.until(({ received }) => received.length > 0);
    expect(served.received[0]).toMatchObject({
      session: { audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } },
    });
  });

  it('asks for a session that takes telephone audio and leaves turns to us', async () => {
    open(LIVE, 'de-AT');
    const served = await openAi.socket(0);
    await served.until(({ received }) => received.length > 0);
    expect(served.url.pathname).toBe('/v1/realtime');
    expect(served.headers.authorization).toBe('Bearer sk-key');
    expect(served.received[0]).toEqual({
      type: 'session.update',
      session: {
        type: 'transcription',
        audio: {
          input: {
            format: { type: 'audio/pcmu' },
            transcription: { model: LIVE, language: 'de' },
            turn_detection: null,
          },
        },
      },
    });
  });

  it('names the model in the URL to gateways only: OpenAI would begin a conversation', () => {
    expect(realtimeUrl('https://api.openai.com/v1', LIVE)).toBe(
      'wss://api.openai.com/v1/realtime?intent=transcription',
    );
    expect(realtimeUrl('https://eu.api.openai.com/v1/', LIVE)).toBe(
      'wss://eu.api.openai.com/v1/realtime?intent=transcription',
    );
    expect(realtimeUrl('http://localhost:8000/v1', 'a b')).toBe(
      'ws://localhost:8000/v1/realtime?intent=transcription&model=a+b',
    );
  });

  it.each([
    ['gpt-live-transcribe', 'de-AT', { languages: ['de'] }],
    [LIVE, 'eu-ES', {}],
  ])('tells %s of %s in its words', async (model, language, hint) => {
    open(model, language);
    const served = await openAi.socket(0);
    await served.until(({ received }) => received.length > 0);
    expect(served.received[0]).toMatchObject({
      session: { audio: { input: { transcription: { model, ...hint } } } },
    });
  });

  it('sends what is said with the 300 ms before it, and no silence', async () => {
    const stream = open();
    write(stream, 5_000, false, 0xff);
    write(stream, 400);
    write(stream, 300, false, 0xfe);
    stream.finalize();
    write(stream, 5_000, false, 0xff);
    expect(await transcriptReader(stream).final()).toEqual({
      text: 'I spoke for 1.00 seconds.',
      final: true,
      confidence: null,
    });
    const parts = [Buffer.alloc(2400, 0xff), Buffer.alloc(3200, 0x9f), Buffer.alloc(2400, 0xfe)];
    expect(audioOf(await openAi.socket(0))).toEqual(Buffer.concat(parts));
    expect(stream.heardMs).toBe(1_000);
  });

  it('gives the words of a live model while the caller speaks', async () => {
    openAi.speech.push({ text: 'A table for two' });
    const stream = open();
    const { next, final } = transcriptReader(stream);
    write(stream, 400);
    const served = await openAi.socket(0);
    served.send(delta('item_0', 'A'));
    expect(await next()).toEqual({ text: 'A', final: false, confidence: null });
    served.send(delta('item_0', ' table'));
    expect(await next()).toEqual({ text: 'A table', final: false, confidence: null });
    stream.finalize();
    expect(await final()).toEqual({ text: 'A table for two', final: true, confidence: null });
  });

  it('gives each stop its final, in order', async () => {
    openAi.speech.push({ text: 'One' }, { text: 'Two' });
    const stream = open();
    const { final } = transcriptReader(stream);
    for (const text of ['One', 'Two']) {
      write(stream, 200);
      stream.finalize();
      expect((await final()).text).toBe(text);
    }
  });

  it('answers two stops with one final, in the order of speaking, whichever is complete first', async () => {
    const first = gate();
    openAi.speech.push({ text: 'One', after: first.opened }, { text: 'two' });
    const stream = open();
    const { next, final } = transcriptReader(stream);
    write(stream, 200);
    stream.finalize();
    write(stream, 200);
    stream.finalize();
    expect((await next()).text).toBe('two');
    first.open();
    expect(await final()).toEqual({ text: 'One two', final: true, confidence: null });
  });

  it('closes the first turn when the caller has gone on, and not stopped again', async () => {
    const first = gate();
    openAi.speech.push({ text: 'One', after: first.opened });
    const stream = open();
    const { next } = transcriptReader(stream);
    write(stream, 200);
    stream.finalize();
    const served = await openAi.socket(0);
    await served.until(({ commands }) => commands.includes('input_audio_buffer.commit'));
    write(stream, 200);
    served.send(delta('item_1', 'and'));
    expect((await next()).text).toBe('and');
    first.open();
    const heard = [await next()];
    while (!heard.at(-1)?.final) heard.push(await next());
    expect(heard.at(-1)?.text).toBe('One');
    expect(await next()).toMatchObject({ text: 'and', final: false });
  });

  it('answers a stop with an empty final when nobody spoke, or for less than 100 ms', async () => {
    const stream = open();
    const { final } = transcriptReader(stream);
    stream.finalize();
    expect(await final()).toEqual({ text: '', final: true, confidence: null });
    write(stream, 80);
    stream.finalize();
    expect(await final()).toEqual({ text: '', final: true, confidence: null });
    const served = await openAi.socket(0);
    write(stream, 200);
    stream.finalize();
    expect((await final()).text).toBe('I spoke for 0.20 seconds.');
    expect(served.commands.filter((type) => type === 'input_audio_buffer.commit')).toHaveLength(1);
  });

  it('takes a commit that OpenAI finds empty for silence', async () => {
    const stream = open();
    const { final } = transcriptReader(stream);
    const served = await openAi.socket(0);
    await served.until(({ received }) => received.length > 0);
    write(stream, 200);
    served.socket.removeAllListeners('message');
    stream.finalize();
    served.send({
      type: 'error',
      error: { type: 'invalid_request_error', code: 'input_audio_buffer_commit_empty' },
    });
    expect(await final()).toEqual({ text: '', final: true, confidence: null });
  });

  it('forgets a sound that was no voice after a second', async () => {
    const stream = open();
    write(stream, 100);
    write(stream, 1_400, false);
    const served = await openAi.socket(0);
    await served.until(({ commands }) => commands.includes('input_audio_buffer.clear'));
    write(stream, 200);
    stream.finalize();
    expect((await transcriptReader(stream).final()).text).toBe('I spoke for 0.50 seconds.');
  });

  it('sends a minute without a stop as it is, and its words belong to the next final', async () => {
    openAi.speech.push({ text: 'On' }, { text: 'and on' });
    const stream = open();
    const { final } = transcriptReader(stream);
    const served = await openAi.socket(0);
    for (let second = 0; second < 60; second++) {
      write(stream, 1_000);
      await served.until((socket) => audioOf(socket).length >= second * 8_000);
    }
    await served.until(({ commands }) => commands.includes('input_audio_buffer.commit'));
    write(stream, 200);
    stream.finalize();
    expect((await final()).text).toBe('On and on');
  });

  it('closes the socket when the call ends, and leaves nothing behind', async () => {
    const stream = open();
    const heard = all(stream.transcripts);
    write(stream, 200);
    const served = await openAi.socket(0);
    await served.until(({ received }) => received.length > 0);
    caller.abort();
    expect(await heard).toEqual([]);
    expect(await served.closed).toBe(1000);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });
});

const everythingIn = ({ message, details, cause, stack }: AppError): string =>
  JSON.stringify([message, details, String(cause), stack]);

describe("when OpenAI's realtime transcription fails", () => {
  const failing = (patienceMs = 5_000): Promise<AppError> => {
    const stream = open(LIVE, 'en-US', { patienceMs });
    write(stream, 400);
    stream.finalize();
    return failureOf(all(stream.transcripts));
  };

  it.each<[SocketFault, string, RegExp, object]>([
    [
      401,
      'UNAVAILABLE',
      /refused the key \(401\). Check OPENAI_API_KEY.$/,
      { status: 401, retryable: false },
    ],
    [429, 'RATE_LIMITED', /answered 429. Check the account/, { status: 429, retryable: true }],
    [500, 'UNAVAILABLE', /answered 500.$/, { status: 500, retryable: true }],
    ['garbage', 'UNAVAILABLE', /sent a message that isn't JSON.$/, { retryable: true }],
    ['other shape', 'UNAVAILABLE', /sent a message of an unknown shape \(type\).$/, { retryable: true }],
    ['close', 'UNAVAILABLE', /closed the connection \(1011\).$/, { retryable: true }],
    ['reset', 'UNAVAILABLE', /lost the connection|closed the connection \(1006\)/, { retryable: true }],
  ])('says so of %s', async (fault, code, message, details) => {
    openAi.faults.push(fault);
    const error = await failing();
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^OpenAI's speech to text \(gpt-realtime-whisper\) /);
    expect(error.message).toMatch(message);
    expect(error.details).toMatchObject({ provider: 'openai', capability: 'speechToText', ...details });
    expect(everythingIn(error)).not.toMatch(/sk-key|secret/);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });

  it.each([
    [
      'invalid_request_error',
      'invalid_api_key',
      'UNAVAILABLE',
      401,
      'refused the key. Check OPENAI_API_KEY.',
    ],
    ['invalid_request_error', 'invalid_model', 'UNAVAILABLE', 400, 'broke off (invalid_model).'],
    ['server_error', null, 'UNAVAILABLE', undefined, 'broke off (server_error).'],
    ['invalid_request_error', 'session_expired', 'UNAVAILABLE', undefined, 'broke off (session_expired).'],
    [
      'insufficient_quota',
      'insufficient_quota',
      'RATE_LIMITED',
      429,
      'broke off (insufficient_quota). Check',
    ],
  ])('says so of an error event: %s, %s', async (type, reason, code, status, message) => {
    openAi.refusals.push({ type, code: reason, message: 'secret' });
    const error = await failing();
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.details.status).toBe(status);
    expect(error.details.retryable).toBe(status === undefined || status === 429);
    expect(everythingIn(error)).not.toContain('secret');
  });

  it('says so of an utterance that is not transcribed', async () => {
    openAi.speech.push({
      failure: { type: 'transcription_error', code: 'audio_unintelligible', message: 'secret' },
    });
    const error = await failing();
    expect(error.message).toContain('broke off (audio_unintelligible).');
    expect(everythingIn(error)).not.toContain('secret');
  });

  it('waits only so long for a session', async () => {
    openAi.faults.push('stall');
    const stream = open(LIVE, 'en-US', { patienceMs: 100 });
    expect((await failureOf(all(stream.transcripts))).message).toContain('sent nothing for 100 ms.');
    await (await openAi.socket(0)).closed;
  });

  it('waits only so long for a handshake', async () => {
    openAi.faults.push('hang');
    expect((await failing(100)).message).toContain('opened no connection within 100 ms.');
    await (await openAi.hung(0)).left;
  });

  it('waits only so long for the words', async () => {
    openAi.speech.push({ after: new Promise(() => undefined) });
    expect((await failing(300)).message).toContain('sent nothing for 300 ms.');
  });
});
