import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode } from '../../src/domain/errors.js';
import {
  type ElevenLabsOptions,
  ElevenLabsTextToSpeech,
} from '../../src/providers/elevenlabs/text-to-speech.js';
import type { SpeechRequest } from '../../src/providers/text-to-speech.js';
import { type ElevenLabsEmulator, startElevenLabsEmulator } from '../emulators/elevenlabs/emulator.js';
import { all, failureOf, gate } from '../emulators/openai/reading.js';
import { muLawTone } from '../emulators/tone.js';
import { speechRequest } from '../support/provider-requests.js';
import { describeBadSpeech, heardOf } from '../support/speech-failures.js';

let elevenLabs: ElevenLabsEmulator;

beforeEach(async () => {
  elevenLabs = await startElevenLabsEmulator();
});

afterEach(async () => {
  await elevenLabs.close();
});

const provider = (options: Partial<ElevenLabsOptions> = {}) =>
  new ElevenLabsTextToSpeech({ apiKey: 'xi-test', baseUrl: elevenLabs.origin, ...options });

const speak = (more: Partial<SpeechRequest> = {}) => provider().speak(speechRequest(more));

describe("ElevenLabs' text to speech", () => {
  it('passes mu-law through, with the times of the words', async () => {
    const text = 'Good evening, Dave.';
    const { audio, words } = heardOf(await all(speak({ text })));
    expect(audio).toHaveLength(text.length * 60 * 8);
    expect(audio.subarray(0, 400)).toEqual(Buffer.from(muLawTone(50)));
    expect(words).toEqual([
      { text: 'Good', startMs: 0, endMs: 240 },
      { text: 'evening,', startMs: 300, endMs: 780 },
      { text: 'Dave.', startMs: 840, endMs: 1_140 },
    ]);
  });

  it('asks for the voice, the model and the settings that it knows', async () => {
    const voiceSettings = { stability: 0.4, use_speaker_boost: true, style: 'loud', instructions: 'hush' };
    const asked = { text: 'Hallo.', voice: 'Anna/1', model: 'eleven_turbo_v2_5', speed: 3, voiceSettings };
    await all(speak({ ...asked, language: 'de-AT' }));
    const { url, headers, received } = await elevenLabs.socket(0);
    expect(url.pathname).toBe('/v1/text-to-speech/Anna%2F1/stream-input');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      model_id: 'eleven_turbo_v2_5',
      output_format: 'ulaw_8000',
      auto_mode: 'true',
      language_code: 'de',
    });
    expect(headers['xi-api-key']).toBe('xi-test');
    expect(received).toEqual([
      { text: ' ', voice_settings: { stability: 0.4, use_speaker_boost: true, speed: 1.2 } },
      { text: 'Hallo. ' },
      { text: '' },
    ]);
  });

  it('tells no language to a model that refuses one, and no settings where there are none', async () => {
    await all(speak({ model: 'eleven_multilingual_v2' }));
    const { url, received } = await elevenLabs.socket(0);
    expect(url.searchParams.has('language_code')).toBe(false);
    expect(received[0]).toEqual({ text: ' ' });
  });

  it("speaks the agent's fallback language where the model doesn't know the first", async () => {
    await all(speak({ language: 'sw-KE', fallbackLanguage: 'en-GB' }));
    const { url } = await elevenLabs.socket(0);
    expect(url.searchParams.get('language_code')).toBe('en');
  });

  it('speaks before it has everything, and hangs up when nobody reads on', async () => {
    elevenLabs.scripts.push({ betweenMessages: () => gate().opened });
    for await (const part of speak({ text: 'Good evening.' })) {
      if (part instanceof Uint8Array) break;
    }
    await (await elevenLabs.socket(0)).closed;
  });

  it.each([
    ['quota_exceeded', ErrorCode.RATE_LIMITED, { status: 429, retryable: false }],
    ['too_many_concurrent_requests', ErrorCode.RATE_LIMITED, { status: 429, retryable: true }],
    ['invalid_api_key', ErrorCode.UNAVAILABLE, { status: 401, retryable: false }],
    ['The text "my card" is bad', ErrorCode.UNAVAILABLE, { retryable: true }],
  ])('takes a refusal in the stream for one: %s', async (reason, code, details) => {
    elevenLabs.scripts.push({ answer: [{ message: 'About my card.', error: reason, code: 1008 }] });
    const error = await failureOf(all(speak()));
    expect(error).toMatchObject({ code, details });
    expect(error.message).not.toContain('card');
  });

  it('fails when it hears nothing', async () => {
    elevenLabs.scripts.push({ answer: [{ audio: null, isFinal: true }] });
    expect((await failureOf(all(speak()))).message).toBe(
      "ElevenLabs' text to speech (eleven_flash_v2_5) sent no audio.",
    );
  });
});

describeBadSpeech({
  owner: "ElevenLabs' text to speech",
  keyVariable: 'ELEVENLABS_API_KEY',
  urlVariable: 'ELEVENLABS_BASE_URL',
  emulator: () => elevenLabs,
  provider,
});
