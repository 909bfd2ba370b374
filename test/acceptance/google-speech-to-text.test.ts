import { getEventListeners } from 'node:events';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AppError } from '../../src/domain/errors.js';
import { GoogleSpeechToText } from '../../src/providers/google/speech-to-text.js';
import type { SpeechToTextStream } from '../../src/providers/speech-to-text.js';
import {
  type GoogleSpeechToTextEmulator,
  startGoogleSpeechToTextEmulator,
} from '../emulators/google/speech-to-text.js';
import { silence, spokenWord } from '../emulators/google/speech-words.js';
import { all, failureOf } from '../emulators/openai/reading.js';
import { transcriptReader } from '../support/transcript-reader.js';

let google: GoogleSpeechToTextEmulator;
let caller: AbortController;

beforeEach(async () => {
  // Or the library looks for Google's own machines around us.
  process.env.METADATA_SERVER_DETECTION = 'none';
  google = await startGoogleSpeechToTextEmulator();
  caller = new AbortController();
});

afterEach(async () => {
  caller.abort();
  await google.close();
});

const open = (patienceMs?: number, language = 'en-US', model: string | null = null) =>
  new GoogleSpeechToText({ client: google.client, patienceMs }).open({
    model,
    language,
    fallbackLanguage: null,
    signal: caller.signal,
  });

/** In frames of 20 ms. */
const write = (stream: SpeechToTextStream, audio: Uint8Array) => {
  const voiced = audio[0] !== 0xff || loud.has(audio);
  for (let at = 0; at < audio.length; at += 160) stream.write(audio.subarray(at, at + 160), voiced);
};

/** Silence that voice activity takes for voice. */
const noise = (ms: number): Uint8Array => {
  const audio = silence(ms);
  loud.add(audio);
  return audio;
};
const loud = new WeakSet<Uint8Array>();

const say = (stream: SpeechToTextStream, ...words: readonly number[]) => {
  for (const word of words) write(stream, spokenWord(word));
};

/** Everything written so far arrived in some call. */
const arrived = (number: number, bytes: number) =>
  google.until(() => (google.calls[number]?.audioBytes ?? 0) >= bytes);

describe("Google's speech to text", () => {
  it('hears while the caller speaks, and decides no turns', () => {
    const provider = new GoogleSpeechToText({ client: google.client });
    expect(provider.traits()).toEqual({ finalWithinMs: 1570, interims: true, decidesTurns: false });
  });

  it('asks for telephone audio in the language, and sends it as it is', async () => {
    const stream = open();
    say(stream, 1);
    write(stream, silence(100));
    await arrived(0, 2400);
    const call = await google.call(0);
    expect(call.config).toEqual({
      config: {
        encoding: 'MULAW',
        sampleRateHertz: 8000,
        languageCode: 'en-US',
        model: 'telephony',
        enableAutomaticPunctuation: true,
      },
      interimResults: true,
    });
    expect(call.audio).toEqual(Buffer.concat([spokenWord(1), silence(100)]));
    expect(stream.heardMs).toBe(call.audio.length / 8);
  });

  it.each([
    ['de', 'de-DE'],
    ['hi', 'hi-IN'],
    ['es-MX', 'es-MX'],
    ['zh', 'cmn-Hans-CN'],
  ])('tells it %s as %s', async (language, languageCode) => {
    const stream = open(undefined, language, 'latest_long');
    say(stream, 1);
    await arrived(0, 1600);
    expect((await google.call(0)).config).toMatchObject({ config: { languageCode, model: 'latest_long' } });
  });

  it('gives the words as they come, and a final when the caller stops', async () => {
    const stream = open();
    const { next, final } = transcriptReader(stream);
    say(stream, 1, 2);
    expect(await next()).toMatchObject({ final: false, confidence: null });
    say(stream, 3);
    stream.finalize();
    expect(await final()).toEqual({ text: 'w1 w2 w3', final: true, confidence: 0.75 });
  });

  it('goes on in another call after a stop', async () => {
    const stream = open();
    const { final } = transcriptReader(stream);
    for (const word of [1, 2, 3]) {
      say(stream, word);
      write(stream, silence(300));
      stream.finalize();
      expect((await final()).text).toBe(`w${word}`);
    }
    expect(google.calls).toHaveLength(3);
    await (await google.call(0)).finished;
  });

  it('makes what Google holds for certain final at once while nobody waits', async () => {
    const stream = open();
    const { final } = transcriptReader(stream);
    say(stream, 1);
    write(stream, silence(600));
    expect((await final()).text).toBe('w1');
    say(stream, 2);
    stream.finalize();
    expect((await final()).text).toBe('w2');
    expect(google.calls).toHaveLength(1);
  });

  it('answers two stops with one final when the caller went on before the first words came', async () => {
    google.scripts.push({ breaks: { code: status.UNAVAILABLE, afterMs: 200 } });
    const stream = open();
    const { final } = transcriptReader(stream);
    say(stream, 1);
    stream.finalize();
    say(stream, 2);
    stream.finalize();
    expect((await final()).text).toBe('w1 w2');
  });

  it('answers a stop with an empty final when nobody spoke', async () => {
    const stream = open();
    const { final } = transcriptReader(stream);
    stream.finalize();
    expect(await final()).toEqual({ text: '', final: true, confidence: null });
    write(stream, silence(400));
    stream.finalize();
    expect(await final()).toEqual({ text: '', final: true, confidence: null });
  });

  it('does not tell again what Google tells twice', async () => {
    google.scripts.push({ repeats: true });
    const stream = open();
    const { final } = transcriptReader(stream);
    say(stream, 1);
    write(stream, silence(600));
    expect((await final()).text).toBe('w1');
    say(stream, 2);
    write(stream, silence(600));
    expect((await final()).text).toBe('w2');
    stream.finalize();
    expect((await final()).text).toBe('');
  });
});

/** Everything that was final, in order. */
const heardBy = (stream: SpeechToTextStream) => {
  const said: string[] = [];
  const read = async () => {
    for await (const { text, final } of stream.transcripts) if (final) said.push(text);
  };
  const failed = read().catch((error: unknown) => error);
  return { said, failed };
};

describe('a call that lasts longer than a stream of Google may', () => {
  /** Written at the pace at which the emulator takes it, as a telephone would be. */
  const minutesOf = async (stream: SpeechToTextStream, minutes: number, pause: Uint8Array) => {
    const words: string[] = [];
    let ms = 0;
    for (let n = 0; ms < minutes * 60_000; n++) {
      const word = (n % 200) + 1;
      say(stream, word);
      write(stream, pause);
      words.push(`w${word}`);
      ms += 200 + pause.length / 8;
      if (n % 4 === 0) await allTaken(ms);
    }
    await allTaken(ms);
    return words.join(' ');
  };

  /** The calls have all but the last piece of the audio: replays count twice, and so it's at least. */
  const allTaken = (ms: number) =>
    google.until(() => google.calls.reduce((sum, { audioBytes }) => sum + audioBytes, 0) >= ms * 8 - 800);

  it('loses no word and doubles none where the caller pauses', async () => {
    const stream = open();
    const { said } = heardBy(stream);
    const words = await minutesOf(stream, 5.2, silence(800));
    stream.finalize();
    await waitFor(() => said.join(' ').trim() === words);
    expect(google.calls).toHaveLength(2);
    for (const { audioBytes } of google.calls) expect(audioBytes).toBeLessThan(282 * 8000);
  });

  it('loses no word and doubles none where voice never stops, and Google makes words final', async () => {
    const stream = open();
    const { said } = heardBy(stream);
    const words = await minutesOf(stream, 5.2, noise(800));
    stream.finalize();
    await waitFor(() => said.join(' ').trim() === words);
    expect(google.calls).toHaveLength(2);
    for (const { audioBytes } of google.calls) expect(audioBytes).toBeLessThan(305 * 8000);
  });

  it('cuts one word in two where the caller talks for five minutes and nothing is final', async () => {
    google.scripts.push({ neverFinal: true });
    const stream = open();
    const { said } = heardBy(stream);
    const words = await minutesOf(stream, 5.2, silence(0));
    stream.finalize();
    await waitFor(() => said.join(' ').split(' ').length > words.split(' ').length);
    const heard = said.join(' ').split(' ');
    const cut = heard.indexOf('?');
    expect(heard.slice(cut, cut + 2)).toEqual(['?', '?']);
    expect(heard.toSpliced(cut, 2, `w${(cut % 200) + 1}`).join(' ')).toBe(words);
  });

  it('rolls over in silence without a word', async () => {
    const stream = open();
    const { said } = heardBy(stream);
    for (let second = 1; second <= 290; second++) {
      write(stream, silence(1_000));
      await allTaken(second * 1_000);
    }
    say(stream, 7);
    stream.finalize();
    await waitFor(() => said.length === 1);
    expect(said).toEqual(['w7']);
    expect(google.calls).toHaveLength(2);
    expect(google.calls[1]?.audioBytes).toBeLessThan(25 * 8000);
  });
});

/** Looks at every turn of the loop. */
const waitFor = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise(setImmediate);
};

describe('when a call to Google breaks', () => {
  it.each([
    ['UNAVAILABLE', status.UNAVAILABLE],
    ['OUT_OF_RANGE', status.OUT_OF_RANGE],
    ['ABORTED', status.ABORTED],
    ['INTERNAL', status.INTERNAL],
  ])('hears the same audio again in another: %s', async (_, code) => {
    google.scripts.push({ breaks: { code, afterMs: 1_300 } });
    const stream = open();
    const { final } = transcriptReader(stream);
    say(stream, 1);
    write(stream, silence(600));
    expect((await final()).text).toBe('w1');
    say(stream, 2, 3);
    await google.until(() => google.calls[0]?.audioBytes === 9_600);
    say(stream, 4);
    await google.until(() => (google.calls[0]?.audioBytes ?? 0) >= 10_400);
    write(stream, silence(100));
    stream.finalize();
    expect((await final()).text).toBe('w2 w3 w4');
    expect(google.calls).toHaveLength(2);
  });

  it('opens no other before there is audio, where Google aborted for want of it', async () => {
    google.scripts.push({ breaks: { code: status.ABORTED, afterMs: 200 } });
    const stream = open();
    const { final } = transcriptReader(stream);
    write(stream, silence(200));
    await arrived(0, 1600);
    await (await google.call(0)).finished.catch(() => undefined);
    expect(google.calls).toHaveLength(1);
    say(stream, 1);
    stream.finalize();
    expect((await final()).text).toBe('w1');
  });

  it('sends a long replay in messages that Google takes', async () => {
    google.scripts.push({ neverFinal: true, breaks: { code: status.UNAVAILABLE, afterMs: 8_000 } });
    const stream = open();
    const { final } = transcriptReader(stream);
    for (let word = 1; word <= 40; word++) say(stream, word);
    stream.finalize();
    expect((await final()).text.split(' ')).toHaveLength(40);
    for (const { largestMessageBytes } of google.calls) expect(largestMessageBytes).toBeLessThan(25_000);
  });

  it('loses no word and doubles none, whatever breaks and whenever the caller pauses and stops', async () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('say' as const), words: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ type: fc.constant('pause' as const), frames: fc.integer({ min: 1, max: 45 }) }),
      fc.record({ type: fc.constant('stop' as const) }),
    );
    const script = fc.record({
      breaks: fc.option(
        fc.record({
          code: fc.constantFrom(status.UNAVAILABLE, status.OUT_OF_RANGE, status.ABORTED),
          afterMs: fc.integer({ min: 20, max: 6_000 }),
        }),
        { nil: undefined },
      ),
      neverFinal: fc.boolean(),
      repeats: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.array(script, { maxLength: 2 }),
        fc.integer({ min: 0, max: 3 }),
        async (steps, scripts, turns) => {
          google.scripts.splice(0, google.scripts.length, ...(scripts as typeof google.scripts));
          const call = new AbortController();
          const provider = new GoogleSpeechToText({ client: google.client });
          const stream = provider.open({
            model: null,
            language: 'en',
            fallbackLanguage: null,
            signal: call.signal,
          });
          const { said, failed } = heardBy(stream);
          const words: string[] = [];
          for (const next of steps) {
            if (next.type === 'say') {
              for (let n = 0; n < next.words; n++) {
                const word = (words.length % 250) + 1;
                words.push(`w${word}`);
                say(stream, word);
              }
            } else if (next.type === 'pause') write(stream, silence(next.frames * 20));
            else stream.finalize();
            for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
          }
          write(stream, silence(100));
          stream.finalize();
          const expected = words.join(' ');
          const isTold = () => said.filter(Boolean).join(' ').length >= expected.length && said.length > 0;
          await Promise.race([waitFor(isTold), failed]);
          call.abort();
          expect(await failed).toBeUndefined();
          expect(said.filter(Boolean).join(' ')).toBe(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});

const everythingIn = ({ message, details, cause, stack }: AppError): string =>
  JSON.stringify([message, details, String(cause), stack]);

describe("when Google's speech to text fails", () => {
  it.each([
    [
      status.UNAUTHENTICATED,
      'UNAVAILABLE',
      'refused the key (401). Check GOOGLE_APPLICATION_CREDENTIALS.',
      { status: 401, retryable: false },
    ],
    [
      status.PERMISSION_DENIED,
      'UNAVAILABLE',
      'refused the key (403). Check GOOGLE_APPLICATION_CREDENTIALS.',
      { status: 403, retryable: false },
    ],
    [
      status.RESOURCE_EXHAUSTED,
      'RATE_LIMITED',
      'answered 429. Check the account',
      { status: 429, retryable: true },
    ],
    [status.INVALID_ARGUMENT, 'UNAVAILABLE', 'answered 400.', { status: 400, retryable: false }],
  ])('says so of code %s', async (code, errorCode, message, details) => {
    google.scripts.push({ breaks: { code, afterMs: 20 } });
    const stream = open();
    const failed = failureOf(all(stream.transcripts));
    say(stream, 1);
    const error = await failed;
    expect(error.code).toBe(errorCode);
    expect(error.message).toMatch(/^Google's speech to text \(telephony\) /);
    expect(error.message).toContain(message);
    expect(error.details).toMatchObject({ provider: 'google', capability: 'speechToText', ...details });
    expect(everythingIn(error)).not.toContain('secret');
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
    say(stream, 1);
    stream.finalize();
    expect(await all(stream.transcripts)).toEqual([]);
    expect(google.calls).toHaveLength(1);
  });

  it('gives up on the third call in a row that breaks', async () => {
    const breaks = { code: status.UNAVAILABLE, afterMs: 20 };
    google.scripts.push({ breaks }, { breaks }, { breaks });
    const stream = open();
    const failed = failureOf(all(stream.transcripts));
    say(stream, 1);
    expect((await failed).message).toContain('lost the connection. Check the network');
    expect(google.calls).toHaveLength(3);
  });

  it('waits only so long for a connection', async () => {
    google.stop();
    const stream = open(100);
    const failed = failureOf(all(stream.transcripts));
    say(stream, 1);
    expect((await failed).message).toContain('opened no connection within 100 ms.');
  });

  it('waits only so long for what Google owes after a stop', async () => {
    google.scripts.push({ stalls: true });
    const stream = open(500);
    const failed = failureOf(all(stream.transcripts));
    say(stream, 1);
    stream.finalize();
    const error = await failed;
    expect(error.message).toContain('sent nothing for 500 ms.');
    expect(error.details.retryable).toBe(true);
    await (await google.call(0)).cancelled;
  });

  it('says so when there are no credentials, and looks for them again in the next stream', async () => {
    let asked = 0;
    const provider = new GoogleSpeechToText({
      client: () => {
        asked++;
        return asked === 1 ? Promise.reject(new Error('something secret')) : google.client();
      },
    });
    const request = { model: null, language: 'en', fallbackLanguage: null, signal: caller.signal };
    const first = provider.open(request);
    const failed = failureOf(all(first.transcripts));
    say(first, 1);
    const error = await failed;
    expect(error.message).toContain('has no credentials. Check GOOGLE_APPLICATION_CREDENTIALS.');
    expect(everythingIn(error)).not.toContain('secret');
    const second = provider.open(request);
    say(second, 1);
    second.finalize();
    expect((await transcriptReader(second).final()).text).toBe('w1');
  });

  it('cancels its calls when the caller hangs up, and leaves nothing behind', async () => {
    const stream = open();
    const heard = all(stream.transcripts);
    say(stream, 1);
    const { cancelled } = await google.call(0);
    caller.abort();
    await heard;
    await cancelled;
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });

  it('hangs up when nobody reads on', async () => {
    const stream = open();
    say(stream, 1);
    for await (const _ of stream.transcripts) break;
    await (await google.call(0)).cancelled;
  });

  it('opens a second connection for the fifty-first caller', async () => {
    let connections = 0;
    const provider = new GoogleSpeechToText({
      client: () => {
        connections++;
        return google.client();
      },
    });
    const streams = Array.from({ length: 51 }, () =>
      provider.open({ model: null, language: 'en', fallbackLanguage: null, signal: caller.signal }),
    );
    expect(streams).toHaveLength(51);
    expect(connections).toBe(2);
  });
});
