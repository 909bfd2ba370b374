import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AppError } from '../../src/domain/errors.js';
import {
  createDeepgramProviders,
  type DeepgramOptions,
} from '../../src/providers/deepgram/deepgram-providers.js';
import type { SpeechToTextStream, Transcript } from '../../src/providers/speech-to-text.js';
import { type DeepgramEmulator, startDeepgramEmulator } from '../emulators/deepgram/emulator.js';
import { all, failureOf } from '../emulators/openai/reading.js';
import type { SocketFault } from '../emulators/socket-server.js';
import { transcriptReader } from '../support/transcript-reader.js';

const FLUX = 'flux-general-en';

let deepgram: DeepgramEmulator;
let caller: AbortController;

beforeEach(async () => {
  deepgram = await startDeepgramEmulator();
  caller = new AbortController();
});

afterEach(async () => {
  caller.abort();
  await deepgram.close();
});

const provider = (options: Partial<DeepgramOptions> = {}) =>
  createDeepgramProviders({ apiKey: 'dg-key', baseUrl: deepgram.origin, ...options }).speechToText;

const open = (model: string | null = null, language = 'en-US', options: Partial<DeepgramOptions> = {}) =>
  provider(options).open({ model, language, fallbackLanguage: null, signal: caller.signal });

/** The caller's line is open for so long, in frames of 20 ms. */
const write = (stream: SpeechToTextStream, ms: number, byte = 0x9f) => {
  for (let at = 0; at < ms; at += 20) stream.write(new Uint8Array(160).fill(byte), true);
};

const heardMs = async (ms: number) => (await deepgram.socket(0)).until(({ audio }) => audio.length >= ms * 8);

describe("Deepgram's nova", () => {
  it('asks for telephone audio with the key, and sends it as it is', async () => {
    const stream = open();
    write(stream, 160, 0x11);
    write(stream, 20, 0x22);
    stream.finalize();
    const { url, headers, audio } = await deepgram.socket(0).then(async (served) => {
      await served.until(({ commands }) => commands.includes('Finalize'));
      return served;
    });
    expect(url.pathname).toBe('/v1/listen');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      model: 'nova-3',
      encoding: 'mulaw',
      sample_rate: '8000',
      channels: '1',
      language: 'en-US',
      interim_results: 'true',
      endpointing: '300',
      smart_format: 'true',
    });
    expect(headers.authorization).toBe('Token dg-key');
    expect(audio).toEqual(Buffer.concat([Buffer.alloc(1280, 0x11), Buffer.alloc(160, 0x22)]));
    expect(stream.heardMs).toBe(180);
  });

  it.each([
    ['nova-3', 'de-AT', 'de'],
    ['nova-3', 'de-CH', 'de-CH'],
    ['nova-3', 'hi-IN', 'hi'],
    ['nova-3', 'sw-KE', 'multi'],
    ['nova-2-phonecall', 'en-ZA', 'en'],
  ])('tells %s of %s in its words', async (model, language, expected) => {
    open(model, language);
    const { url } = await deepgram.socket(0);
    expect(url.searchParams.get('language')).toBe(expected);
  });

  it.each([
    ['nova-3', 'sw-KE', 'en-GB', 'en-GB'],
    ['nova-3', 'sw-KE', 'yo', 'multi'],
    ['nova-3', 'de-AT', 'en-GB', 'de'],
    ['nova-2-phonecall', 'sw-KE', 'en-GB', 'sw'],
  ])(
    "listens with %s for %s, or for the agent's fallback %s",
    async (model, language, fallback, expected) => {
      provider().open({ model, language, fallbackLanguage: fallback, signal: caller.signal });
      const { url } = await deepgram.socket(0);
      expect(url.searchParams.get('language')).toBe(expected);
    },
  );

  it('gives the words as they come, and a final when the caller stops', async () => {
    deepgram.nova.push({
      words: [
        ['A', 100],
        ['table', 300],
        ['please', 700],
      ],
    });
    const stream = open();
    const { next } = transcriptReader(stream);
    write(stream, 400);
    await heardMs(400);
    expect(await next()).toEqual({ text: 'A table', final: false, confidence: null });
    write(stream, 600);
    expect(await next()).toEqual({ text: 'A table please', final: false, confidence: null });
    stream.finalize();
    expect(await next()).toEqual({ text: 'A table please', final: true, confidence: 0.98 });
  });

  it('keeps what is said while the connection is made', async () => {
    deepgram.nova.push({ words: [['Hello', 200]] });
    const stream = open();
    write(stream, 500);
    stream.finalize();
    expect((await transcriptReader(stream).final()).text).toBe('Hello');
    expect((await deepgram.socket(0)).audio).toHaveLength(4000);
  });

  it('makes what Deepgram closes by itself final at once while the caller speaks', async () => {
    deepgram.nova.push({
      words: [
        ['One', 200],
        ['two', 900],
      ],
      stretchEndsMs: [400],
    });
    const stream = open();
    const { final } = transcriptReader(stream);
    write(stream, 1600);
    expect((await final()).text).toBe('One');
    stream.finalize();
    expect((await final()).text).toBe('two');
  });

  it('waits for the last words when Deepgram closed a stretch long before the stop', async () => {
    deepgram.nova.push({
      words: [
        ['One', 200],
        ['two', 900],
      ],
      stretchEndsMs: [400],
    });
    const stream = open();
    write(stream, 1600);
    stream.finalize();
    const { next } = transcriptReader(stream);
    const heard = [await next()];
    while (!heard.at(-1)?.final) heard.push(await next());
    expect(heard.at(-1)?.text).toBe('One two');
  });

  it('answers a stop at once when Deepgram closed the stretch just before it', async () => {
    deepgram.nova.push({ words: [['Yes', 200]], stretchEndsMs: [480], ignoresFinalize: true });
    const stream = open();
    const { final } = transcriptReader(stream);
    write(stream, 480);
    expect((await final()).text).toBe('Yes');
    write(stream, 80);
    stream.finalize();
    expect(await final()).toEqual({ text: '', final: true, confidence: null });
  });

  it('takes the stretch that Deepgram closes by itself for the answer to a stop', async () => {
    deepgram.nova.push({ words: [['Yes', 200]], stretchEndsMs: [480], ignoresFinalize: true });
    const stream = open();
    write(stream, 560);
    stream.finalize();
    expect((await transcriptReader(stream).final()).text).toBe('Yes');
  });

  it('answers a stop with an empty final when nobody spoke', async () => {
    const stream = open();
    write(stream, 400);
    stream.finalize();
    expect(await transcriptReader(stream).final()).toEqual({ text: '', final: true, confidence: null });
  });

  it('answers two stops with one final when the caller went on before the first words came', async () => {
    deepgram.nova.push({ ignoresFinalize: true });
    const stream = open();
    const { next } = transcriptReader(stream);
    const results = (text: string, start: number, duration: number) => ({
      type: 'Results',
      start,
      duration,
      is_final: true,
      from_finalize: true,
      channel: { alternatives: [{ transcript: text, confidence: 0.5 }] },
    });
    write(stream, 1000);
    stream.finalize();
    write(stream, 2000);
    stream.finalize();
    const served = await deepgram.socket(0);
    await served.until(({ commands }) => commands.length === 2);
    served.send(results('One', 0, 1));
    expect(await next()).toEqual({ text: 'One', final: false, confidence: null });
    served.send(results('two', 1, 2));
    expect(await next()).toEqual({ text: 'One two', final: true, confidence: 0.5 });
  });

  it('says goodbye when the call ends, and leaves nothing behind', async () => {
    const stream = open();
    const heard = all(stream.transcripts);
    const served = await deepgram.socket(0);
    stream.finalize();
    await served.until(({ commands }) => commands.includes('Finalize'));
    caller.abort();
    expect(await heard).toEqual([]);
    expect(await served.closed).toBe(1000);
    expect(served.commands.at(-1)).toBe('CloseStream');
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });

  it('hangs up when nobody reads on', async () => {
    deepgram.nova.push({ words: [['Hello', 20]] });
    const stream = open();
    write(stream, 400);
    for await (const _ of stream.transcripts) break;
    await (await deepgram.socket(0)).closed;
  });

  it('connects to nothing for a call that is over', async () => {
    caller.abort();
    const stream = open();
    write(stream, 400);
    stream.finalize();
    expect(await all(stream.transcripts)).toEqual([]);
    expect(deepgram.sockets).toHaveLength(0);
  });
});

describe("Deepgram's Flux", () => {
  it('decides turns itself, and nova does not', () => {
    expect(provider().traits(FLUX)).toEqual({ finalWithinMs: 350, interims: true, decidesTurns: true });
    expect(provider().traits('nova-3')).toEqual({ finalWithinMs: 350, interims: true, decidesTurns: false });
    expect(provider().traits(null).decidesTurns).toBe(false);
  });

  it('asks v2, with a hint where the model takes one', async () => {
    open('flux-general-multi', 'de-AT');
    open(FLUX, 'de-AT');
    open('flux-general-multi', 'sw');
    const hints = [];
    for (const number of [0, 1, 2]) {
      const { url } = await deepgram.socket(number);
      expect(url.pathname).toBe('/v2/listen');
      hints.push([url.searchParams.get('model'), url.searchParams.get('language_hint')]);
    }
    const sorted = hints.map((hint) => hint.join(' ')).sort();
    expect(sorted).toEqual([`${FLUX} `, 'flux-general-multi ', 'flux-general-multi de']);
    const { url } = await deepgram.socket(0);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      encoding: 'mulaw',
      sample_rate: '8000',
      eot_threshold: '0.7',
      eager_eot_threshold: '0.5',
      eot_timeout_ms: '5000',
    });
  });

  it("is hinted at the agent's fallback where Flux doesn't know its language", async () => {
    const languages = { language: 'sw-KE', fallbackLanguage: 'fr-FR' };
    provider().open({ model: 'flux-general-multi', ...languages, signal: caller.signal });
    const { url } = await deepgram.socket(0);
    expect(url.searchParams.get('language_hint')).toBe('fr');
  });

  it('tells when a turn has probably ended, goes on, and has ended', async () => {
    deepgram.flux.push([
      { atMs: 80, event: 'StartOfTurn', transcript: 'A' },
      { atMs: 160, event: 'EagerEndOfTurn', transcript: 'A table' },
      { atMs: 240, event: 'TurnResumed', transcript: 'A table' },
      { atMs: 320, event: 'EndOfTurn', transcript: 'A table for two' },
    ]);
    const stream = open(FLUX);
    const heard: Transcript[] = [];
    const { next } = transcriptReader(stream);
    for (let n = 0; n < 4; n++) {
      write(stream, 80);
      heard.push(await next());
    }
    expect(heard).toEqual([
      { text: 'A', final: false, confidence: null },
      { text: 'A table', final: false, confidence: null, turn: 'probably_ended' },
      { text: 'A table', final: false, confidence: null, turn: 'resumed' },
      { text: 'A table for two', final: true, confidence: expect.closeTo(0.9), turn: 'ended' },
    ]);
  });

  it('keeps each word about turns for a reader who is late', async () => {
    deepgram.flux.push([
      { atMs: 80, event: 'StartOfTurn', transcript: 'A' },
      { atMs: 160, event: 'EagerEndOfTurn', transcript: 'A table' },
      { atMs: 240, event: 'TurnResumed' },
      { atMs: 320, event: 'Update', transcript: 'A table for' },
      { atMs: 400, event: 'EndOfTurn', transcript: 'A table for two' },
    ]);
    const stream = open(FLUX);
    write(stream, 400);
    await heardMs(400);
    const { next } = transcriptReader(stream);
    const turns = [];
    for (let heard = await next(); ; heard = await next()) {
      if (heard.turn) turns.push(heard.turn);
      if (heard.final) break;
    }
    expect(turns).toEqual(['probably_ended', 'resumed', 'ended']);
  });

  it('is asked for nothing when the caller stops: a command would end it', async () => {
    deepgram.flux.push([{ atMs: 240, event: 'EndOfTurn', transcript: 'Yes' }]);
    const stream = open(FLUX);
    write(stream, 100);
    stream.finalize();
    write(stream, 160);
    expect(await transcriptReader(stream).next()).toMatchObject({ text: 'Yes', turn: 'ended' });
    expect((await deepgram.socket(0)).commands).toEqual([]);
  });

  it('hangs where it tells nothing of the audio that it gets, though nobody tells it of a stop', async () => {
    deepgram.faults.push('stall');
    const stream = open(FLUX, 'en-US', { patienceMs: 100 });
    const failed = failureOf(all(stream.transcripts));
    write(stream, 400);
    expect((await failed).message).toContain('sent nothing for 100 ms.');
  });

  it('gets silence when no audio comes, or a turn would never end', async () => {
    deepgram.flux.push([{ atMs: 500, event: 'EndOfTurn', transcript: 'Yes' }]);
    const stream = open(FLUX);
    write(stream, 80);
    expect((await transcriptReader(stream).final()).text).toBe('Yes');
    const { audio } = await deepgram.socket(0);
    expect(new Set(audio.subarray(640))).toEqual(new Set([0xff]));
  });
});

const everythingIn = ({ message, details, cause, stack }: AppError): string =>
  JSON.stringify([message, details, String(cause), stack]);

describe.each([
  ['nova-3', 'Finalize'],
  [FLUX, null],
])('when %s fails', (model, command) => {
  const failing = async (fault: SocketFault, patienceMs = 5_000): Promise<AppError> => {
    deepgram.faults.push(fault);
    const stream = open(model, 'en-US', { patienceMs });
    const failed = failureOf(all(stream.transcripts));
    write(stream, 400);
    stream.finalize();
    return failed;
  };

  it.each([
    [400, 'UNAVAILABLE', 'answered 400.', { status: 400, retryable: false }],
    [401, 'UNAVAILABLE', 'refused the key (401). Check DEEPGRAM_API_KEY.', { status: 401, retryable: false }],
    [429, 'RATE_LIMITED', 'answered 429. Check the account', { status: 429, retryable: true }],
    [500, 'UNAVAILABLE', 'answered 500.', { status: 500, retryable: true }],
    ['garbage', 'UNAVAILABLE', "sent a message that isn't JSON.", { retryable: true }],
    ['other shape', 'UNAVAILABLE', 'sent a message of an unknown shape (type).', { retryable: true }],
    ['close', 'UNAVAILABLE', 'closed the connection (1011).', { retryable: true }],
    ['reset', 'UNAVAILABLE', /lost the connection|closed the connection \(1006\)/, { retryable: true }],
  ] as const)('says so of %s', async (fault, code, message, details) => {
    const error = await failing(fault);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(new RegExp(`^Deepgram's speech to text \\(${model}\\) `));
    expect(error.message).toMatch(message);
    expect(error.details).toMatchObject({
      provider: 'deepgram',
      capability: 'speechToText',
      model,
      ...details,
    });
    expect(everythingIn(error)).not.toMatch(/dg-key|secret/);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });

  it('waits only so long for a handshake', async () => {
    const error = await failing('hang', 100);
    expect(error.message).toContain('opened no connection within 100 ms.');
    await (await deepgram.hung(0)).left;
  });

  it('waits only so long for what it owes after a stop', async () => {
    const error = await failing('stall', 100);
    expect(error.message).toContain('sent nothing for 100 ms.');
    await (await deepgram.socket(0)).closed;
  });

  it('says so of a Deepgram that is not there', async () => {
    const baseUrl = deepgram.origin;
    await deepgram.close();
    const error = await failureOf(all(open(model, 'en-US', { baseUrl }).transcripts));
    expect(error.message).toMatch(
      /lost the connection \(ECONNREFUSED\). Check the network and DEEPGRAM_BASE_URL./,
    );
    deepgram = await startDeepgramEmulator();
  });

  it('says what Deepgram calls its error, and not how it describes it', async () => {
    const stream = open(model);
    const failed = failureOf(all(stream.transcripts));
    (await deepgram.socket(0)).send({ type: 'Error', code: 'INTERNAL_SERVER_ERROR', description: 'secret' });
    const error = await failed;
    expect(error.message).toMatch(/broke off \(INTERNAL_SERVER_ERROR\)\.$/);
    expect(everythingIn(error)).not.toContain('secret');
  });

  it('gives up on one who reads nothing of what the caller says', async () => {
    const stream = open(model);
    const failed = failureOf(all(stream.transcripts));
    const served = await deepgram.socket(0);
    served.socket.pause();
    write(stream, 2_000_000);
    expect((await failed).message).toContain('takes no more audio.');
  });

  it('leaves a handshake that hangs when the call ends', async () => {
    deepgram.faults.push('hang');
    const heard = all(open(model).transcripts);
    const { left } = await deepgram.hung(0);
    caller.abort();
    expect(await heard).toEqual([]);
    await left;
  });

  it('takes no more once it has failed', async () => {
    deepgram.faults.push('close');
    const stream = open(model);
    write(stream, 400);
    stream.finalize();
    await failureOf(all(stream.transcripts));
    write(stream, 400);
    stream.finalize();
    expect(await all(stream.transcripts)).toEqual([]);
    expect(deepgram.sockets).toHaveLength(1);
    expect(command === null || (await deepgram.socket(0)).commands.includes(command)).toBe(true);
  });
});
