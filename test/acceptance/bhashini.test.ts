import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FloatByteStream } from '../../src/audio/float-bytes.js';
import { decodeMuLaw } from '../../src/audio/mu-law.js';
import { type AppError, ErrorCode } from '../../src/domain/errors.js';
import { BhashiniSpeechToText } from '../../src/providers/ai4bharat/bhashini-speech-to-text.js';
import type {
  SpeechToTextOptions,
  SpeechToTextStream,
  Transcript,
} from '../../src/providers/speech-to-text.js';
import { type BhashiniEmulator, startBhashiniEmulator, transcript } from '../emulators/ai4bharat/bhashini.js';
import { failureOf } from '../emulators/openai/reading.js';

let bhashini: BhashiniEmulator;
let caller: AbortController;

beforeEach(async () => {
  bhashini = await startBhashiniEmulator();
  caller = new AbortController();
});

afterEach(async () => {
  caller.abort();
  await bhashini.close();
});

const open = (
  patienceMs?: number,
  baseUrl = bhashini.origin,
  more: Partial<SpeechToTextOptions> = {},
): SpeechToTextStream =>
  new BhashiniSpeechToText({ apiKey: 'key', baseUrl, patienceMs }).open({
    model: null,
    language: 'hi-IN',
    fallbackLanguage: null,
    signal: caller.signal,
    ...more,
  });

const write = (stream: SpeechToTextStream, ms: number, voiced: boolean): void => {
  for (let at = 0; at < ms; at += 20) stream.write(new Uint8Array(160).fill(voiced ? 0x9f : 0xff), voiced);
};

const say = (stream: SpeechToTextStream, ms: number): void => {
  write(stream, ms, true);
  stream.finalize();
};

/** Reads until the given number of finals is there. */
const hear = async (stream: SpeechToTextStream, finals = 1): Promise<Transcript[]> => {
  const heard: Transcript[] = [];
  for await (const part of stream.transcripts) {
    heard.push(part);
    if (heard.filter(({ final }) => final).length === finals) break;
  }
  return heard;
};

const textsOf = (heard: readonly Transcript[]) => heard.map(({ text, final }) => (final ? `${text}.` : text));

describe("Bhashini's speech to text", () => {
  it('sends the utterance and the 300 ms before it as floats at 16 kHz', async () => {
    const stream = open();
    write(stream, 1_000, false);
    say(stream, 400);
    expect(textsOf(await hear(stream)).at(-1)).toBe('I spoke for 0.7 seconds.');
    const { url, received, closed } = await bhashini.socket(0);
    await closed;
    expect(url.searchParams.get('api_key')).toBe('key');
    expect(received[0]).toMatchObject({
      type: 'start',
      language: { sourceLanguage: 'hi' },
      config: { serviceId: 'bhashini/ai4b/indic-conformer/grpc', samplingRate: 16_000 },
      streamingConfig: { chunkDurationMs: 200, endOfStreamPolicy: 'client_signal' },
    });
    const audio = received.filter((item) => item instanceof Uint8Array);
    const pcm = new FloatByteStream().push(Buffer.concat(audio));
    expect(pcm).toHaveLength(0.7 * 16_000);
    expect(stream.heardMs).toBe(700);
    expect(pcm[2_000]).toBe(0);
    expect(pcm[8_000]).toBeCloseTo(decodeMuLaw(Uint8Array.of(0x9f))[0] ?? 0, -1);
    expect(received.at(-1)).toEqual({ type: 'end' });
  });

  it.each([
    ['hi', null],
    ['en', 'a-service/of-another/model'],
  ])(
    "hears the agent's fallback, %s, or its own English, by what the model %s knows",
    async (sourceLanguage, model) => {
      say(open(undefined, undefined, { model, language: 'en-IN', fallbackLanguage: 'hi-IN' }), 400);
      expect(await (await bhashini.socket(0)).message(0)).toMatchObject({ language: { sourceLanguage } });
    },
  );

  it('gives words while the caller speaks, and keeps those that it has said for good', async () => {
    bhashini.scripts.push({
      early: [transcript('namaste', true), transcript('aap', false)],
      answer: [transcript('aap kaise hain', true)],
    });
    const stream = open();
    const transcripts = stream.transcripts[Symbol.asyncIterator]();
    write(stream, 400, true);
    for (let text = ''; text !== 'namaste aap'; ) text = (await transcripts.next()).value?.text;
    stream.finalize();
    let last: Transcript | undefined;
    while (!last?.final) last = (await transcripts.next()).value ?? undefined;
    expect(last.text).toBe('namaste aap kaise hain');
  });

  it('takes what it heard for its last word, where it does not say so', async () => {
    bhashini.scripts.push({ early: [transcript('haan', false)], answer: [] });
    const stream = open();
    say(stream, 400);
    expect(textsOf(await hear(stream)).at(-1)).toBe('haan.');
  });

  it('has a final for every stop, also where nobody spoke, and none for noise that was no speech', async () => {
    const stream = open();
    stream.finalize();
    expect(textsOf(await hear(stream))).toEqual(['.']);
    expect(bhashini.sockets).toHaveLength(0);
    const noisy = open();
    write(noisy, 100, true);
    write(noisy, 1_000, false);
    await (await bhashini.socket(0)).closed;
    say(noisy, 200);
    expect(textsOf(await hear(noisy)).at(-1)).toBe('I spoke for 1.1 seconds I spoke for 0.2 seconds.');
    expect(bhashini.sockets).toHaveLength(2);
  });

  const everythingIn = ({ message, details, cause, stack }: AppError): string =>
    JSON.stringify([message, details, String(cause), stack]);

  it.each([
    [401, ErrorCode.UNAVAILABLE, 'refused the key (401). Check BHASHINI_API_KEY.', false],
    [429, ErrorCode.RATE_LIMITED, 'answered 429.', true],
    [503, ErrorCode.UNAVAILABLE, 'answered 503.', true],
    ['reset', ErrorCode.UNAVAILABLE, 'c', true],
    ['close', ErrorCode.UNAVAILABLE, 'closed the connection (1011).', true],
    ['garbage', ErrorCode.UNAVAILABLE, "sent a message that isn't JSON.", true],
    ['other shape', ErrorCode.UNAVAILABLE, 'sent a message of an unknown shape (type).', true],
  ] as const)('says so of %s', async (fault, code, message, retryable) => {
    bhashini.scripts.push({ fault, answer: [transcript('4111', true)] });
    const stream = open();
    say(stream, 300);
    const error = await failureOf(hear(stream));
    expect(error.code).toBe(code);
    expect(error.message).toContain(
      `Bhashini's speech to text (bhashini/ai4b/indic-conformer/grpc) ${message}`,
    );
    expect(error.details).toMatchObject({ retryable });
    expect(everythingIn(error)).not.toMatch(/4111|api_key/);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });

  it.each(['hang', 'stall'] as const)('waits only so long: %s', async (fault) => {
    bhashini.scripts.push({ fault });
    const stream = open(500);
    say(stream, 300);
    expect((await failureOf(hear(stream))).message).toMatch(/(sent nothing for|within) 500 ms\.$/);
    await (fault === 'hang' ? (await bhashini.hung(0)).left : (await bhashini.socket(0)).closed);
  });

  it('is silent and hangs up when the call is over', async () => {
    const stream = open();
    write(stream, 300, true);
    const heard = hear(stream);
    const { closed } = await bhashini.socket(0);
    caller.abort();
    await closed;
    expect(await heard).toEqual([]);
    say(stream, 300);
    expect(await hear(open())).toEqual([]);
    expect(bhashini.sockets).toHaveLength(1);
  });
});
