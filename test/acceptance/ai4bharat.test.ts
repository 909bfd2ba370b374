import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { levelDb } from '../../src/audio/level.js';
import { decodeMuLaw } from '../../src/audio/mu-law.js';
import { type AppError, ErrorCode } from '../../src/domain/errors.js';
import { Ai4BharatSpeechToText } from '../../src/providers/ai4bharat/speech-to-text.js';
import { Ai4BharatTextToSpeech } from '../../src/providers/ai4bharat/text-to-speech.js';
import type { SpeechToTextStream, Transcript } from '../../src/providers/speech-to-text.js';
import type { SpeechRequest } from '../../src/providers/text-to-speech.js';
import {
  type Ai4BharatTranscriptionEmulator,
  startAi4BharatTranscriptionEmulator,
} from '../emulators/ai4bharat/speech-to-text.js';
import {
  type Ai4BharatSpeechEmulator,
  startAi4BharatSpeechEmulator,
} from '../emulators/ai4bharat/text-to-speech.js';
import { all, failureOf, gate } from '../emulators/openai/reading.js';
import { TONE_AMPLITUDE } from '../emulators/tone.js';
import { speechRequest } from '../support/provider-requests.js';
import { describeBadSpeech, heardOf } from '../support/speech-failures.js';

describe("AI4Bharat's text to speech", () => {
  let server: Ai4BharatSpeechEmulator;

  beforeEach(async () => {
    server = await startAi4BharatSpeechEmulator();
  });

  afterEach(async () => {
    await server.close();
  });

  const provider = ({ baseUrl, patienceMs }: { baseUrl?: string; patienceMs?: number } = {}) =>
    new Ai4BharatTextToSpeech({ url: baseUrl ?? server.origin, patienceMs });
  const speak = (more: Partial<SpeechRequest> = {}) => provider().speak(speechRequest(more));

  it.each([44_100, 24_000])(
    'speaks mu-law at 8 kHz from floats at %i Hz, whole and clean',
    async (rateHz) => {
      server.scripts.push({ rateHz });
      const { audio, words } = heardOf(await all(speak({ text: 'नमस्ते, आप कैसे हैं?' })));
      expect(audio.length).toBe(20 * 60 * 8);
      const middle = decodeMuLaw(audio.subarray(800, -800));
      expect(levelDb(middle)).toBeCloseTo(20 * Math.log10(TONE_AMPLITUDE / 32_768 / Math.SQRT2), 0);
      expect(words).toEqual([]);
    },
  );

  it('describes the voice in words', async () => {
    await all(speak({ text: 'वणक्कम्', voice: 'Jaya', tone: 'calm', speed: 1.5, language: 'ta-IN' }));
    await all(speak({ text: 'नमस्ते', voiceSettings: { description: 'Rohit whispers.', stability: 1 } }));
    expect(await (await server.socket(0)).message(0)).toEqual({
      prompt: 'वणक्कम्',
      description:
        'Jaya speaks at a fast pace, in a voice that is calm. The recording is very clear, without background noise.',
      language: 'ta',
    });
    expect(await (await server.socket(1)).message(0)).toMatchObject({ description: 'Rohit whispers.' });
  });

  it("speaks the agent's fallback language where the model doesn't know the first", async () => {
    await all(speak({ text: 'Hello.', language: 'de-AT', fallbackLanguage: 'en-IN' }));
    expect(await (await server.socket(0)).message(0)).toMatchObject({ language: 'en' });
  });

  it.each([
    [
      'an error of the server',
      { type: 'error', message: 'Could not say "my card"' },
      'broke off its answer.',
    ],
    [
      'a rate that nobody speaks',
      { type: 'meta', sample_rate: 12_345 },
      "sends audio of 12345 Hz, which can't be resampled.",
    ],
    ['no audio', { type: 'done' }, 'sent no audio.'],
  ])('fails at %s', async (_, message, happened) => {
    server.scripts.push({ answer: [message] });
    const error = await failureOf(all(speak()));
    expect(error.code).toBe(ErrorCode.UNAVAILABLE);
    expect(error.message).toBe(`AI4Bharat's text to speech (indic-parler-tts) ${happened}`);
  });

  describeBadSpeech({
    owner: "AI4Bharat's text to speech",
    keyVariable: 'AI4BHARAT_TTS_URL',
    urlVariable: 'AI4BHARAT_TTS_URL',
    emulator: () => server,
    provider,
  });
});

describe("AI4Bharat's speech to text", () => {
  let server: Ai4BharatTranscriptionEmulator;
  let caller: AbortController;

  beforeEach(async () => {
    server = await startAi4BharatTranscriptionEmulator();
    caller = new AbortController();
  });

  afterEach(async () => {
    caller.abort();
    await server.close();
  });

  const open = (language = 'hi-IN', patienceMs?: number): SpeechToTextStream =>
    new Ai4BharatSpeechToText({ url: `${server.baseUrl}/`, patienceMs }).open({
      model: null,
      language,
      fallbackLanguage: 'hi',
      signal: caller.signal,
    });

  const speak = (stream: SpeechToTextStream, ms: number): void => {
    for (let at = 0; at < ms; at += 20) stream.write(new Uint8Array(160).fill(0x9f), true);
  };

  /** Reads until the given number of finals is there. */
  const hear = async (stream: SpeechToTextStream, finals = 1): Promise<Transcript[]> => {
    const heard: Transcript[] = [];
    for await (const transcript of stream.transcripts) {
      heard.push(transcript);
      if (heard.filter(({ final }) => final).length === finals) break;
    }
    return heard;
  };

  it("hears the agent's fallback language where the model doesn't know the first: English", async () => {
    const stream = open('en-IN');
    speak(stream, 400);
    stream.finalize();
    await hear(stream);
    expect((await server.request(0)).body.language_id).toBe('hi');
  });

  it('sends what was said as 16 bits at 16 kHz, and gives its words', async () => {
    const stream = open();
    speak(stream, 400);
    stream.finalize();
    expect(await hear(stream)).toEqual([{ text: 'I spoke for 0.4 seconds', final: true, confidence: null }]);
    const { body } = await server.request(0);
    expect(body.language_id).toBe('hi');
    const bytes = Buffer.from(body.audio_b64 ?? '', 'base64');
    // A constant, as long as the speech, far from its edges.
    expect(bytes).toHaveLength(0.4 * 32_000);
    expect(stream.heardMs).toBe(400);
    expect(bytes.readInt16LE(6_000)).toBeCloseTo(decodeMuLaw(Uint8Array.of(0x9f))[0] ?? 0, -1);
  });

  it('has a final for every stop, also where nobody spoke', async () => {
    const stream = open();
    stream.finalize();
    expect(await hear(stream)).toEqual([{ text: '', final: true, confidence: null }]);
    expect(server.requests).toHaveLength(0);
  });

  it('keeps the order of what was said, and joins what was said before the answer', async () => {
    const [first, second] = [gate(), gate()];
    server.scripts.push(
      { text: 'One', before: () => first.opened },
      { text: 'two', before: () => second.opened },
    );
    const stream = open();
    const heard = hear(stream);
    speak(stream, 200);
    stream.finalize();
    speak(stream, 300);
    stream.finalize();
    await server.request(1);
    second.open();
    first.open();
    expect((await heard).at(-1)).toEqual({ text: 'One two', final: true, confidence: null });
  });

  const everythingIn = ({ message, details, cause, stack }: AppError): string =>
    JSON.stringify([message, details, String(cause), stack]);

  it.each([
    [[401], ErrorCode.UNAVAILABLE, 'refused the key (401).', false],
    [[429], ErrorCode.RATE_LIMITED, 'answered 429.', true],
    [[503], ErrorCode.UNAVAILABLE, 'answered 503.', true],
    [['reset', 'reset'], ErrorCode.UNAVAILABLE, 'lost the connection (', true],
    [['garbage'], ErrorCode.UNAVAILABLE, "sent an answer that isn't JSON.", true],
    [['another shape'], ErrorCode.UNAVAILABLE, 'sent an answer of an unknown shape.', true],
  ] as const)('says so of %s', async (faults, code, message, retryable) => {
    server.scripts.push(...faults.map((fault) => ({ fault, text: 'my card is 4111' })));
    const stream = open();
    speak(stream, 300);
    stream.finalize();
    const error = await failureOf(hear(stream));
    expect(error.code).toBe(code);
    expect(error.message).toContain(`AI4Bharat's speech to text (indic-conformer) ${message}`);
    expect(error.details).toMatchObject({ retryable });
    expect(everythingIn(error)).not.toContain('4111');
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });

  it('makes up for a connection that had gone stale', async () => {
    server.scripts.push({ fault: 'reset' }, { text: 'Yes' });
    const stream = open();
    speak(stream, 300);
    stream.finalize();
    expect((await hear(stream)).at(-1)?.text).toBe('Yes');
  });

  it('waits only so long', async () => {
    server.scripts.push({ fault: 'hang' });
    const stream = open('hi', 500);
    speak(stream, 300);
    stream.finalize();
    expect((await failureOf(hear(stream))).message).toContain('sent nothing for 500 ms.');
    await (await server.request(0)).hungUp;
  });

  it('is silent and hangs up when the call is over', async () => {
    server.scripts.push({ fault: 'hang' });
    const stream = open();
    speak(stream, 300);
    stream.finalize();
    const { hungUp } = await server.request(0);
    const heard = hear(stream);
    caller.abort();
    await hungUp;
    expect(await heard).toEqual([]);
    speak(stream, 300);
    stream.finalize();
    expect(await hear(open())).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });
});
