import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode } from '../../src/domain/errors.js';
import {
  type ElevenLabsOptions,
  ElevenLabsTextToSpeech,
} from '../../src/providers/elevenlabs/text-to-speech.js';
import type { SpeechRequest } from '../../src/providers/text-to-speech.js';
import { type ElevenLabsEmulator, startElevenLabsEmulator } from '../emulators/elevenlabs/emulator.js';
import { all, failureOf, gate } from '../emulators/openai/reading.js';
import type { ServedSocket } from '../emulators/socket-server.js';
import { muLawTone } from '../emulators/tone.js';
import { speechRequest } from '../support/provider-requests.js';
import { resetSocket } from '../support/reset-socket.js';
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

describe("ElevenLabs' next socket", () => {
  const heard = async (voice: ElevenLabsTextToSpeech, more: Partial<SpeechRequest> = {}) =>
    heardOf(await all(voice.speak(speechRequest(more)))).audio;

  /** A voice that has spoken, and holds a socket for the next text. */
  const ready = async (options: Partial<ElevenLabsOptions> = {}) => {
    const voice = provider(options);
    await heard(voice);
    const spare = await elevenLabs.socket(1);
    await spare.opened();
    return { voice, spare };
  };

  it('is open before its text is there', async () => {
    const { voice, spare } = await ready();
    expect(spare.received).toEqual([]);
    expect(await heard(voice, { text: 'Bye.' })).toHaveLength(4 * 480);
    expect(spare.received).toEqual([{ text: ' ' }, { text: 'Bye. ' }, { text: '' }]);
  });

  it('is opened before the first text, too, where it is asked for', async () => {
    const voice = provider();
    for (let n = 0; n < 2; n++) await voice.warmUp(speechRequest());
    await heard(voice);
    expect((await elevenLabs.socket(0)).received).toHaveLength(3);
    const spare = await elevenLabs.socket(1);
    expect(spare.received).toEqual([]);
  });

  it('is not waited for when it hangs, and told to nobody', async () => {
    elevenLabs.scripts.push({ fault: 'hang' }, { fault: 401 });
    const voice = provider({ patienceMs: 20 });
    await voice.warmUp(speechRequest());
    await voice.warmUp(speechRequest());
    expect(elevenLabs.scripts).toEqual([]);
  });

  it('is for the same voice only', async () => {
    const { voice, spare } = await ready();
    await heard(voice, { voice: 'anna' });
    expect((await elevenLabs.socket(2)).url.pathname).toContain('anna');
    expect(spare.received).toEqual([]);
  });

  it('is not opened by a text that was refused', async () => {
    elevenLabs.scripts.push({ answer: [{ error: 'quota_exceeded' }] });
    const voice = provider();
    await failureOf(heard(voice));
    await heard(voice);
    expect((await elevenLabs.socket(1)).received).toHaveLength(3);
  });

  it.each([
    ['closed', ({ socket }: ServedSocket) => socket.close(1008, 'input_timeout_exceeded')],
    ['lost', ({ tcp }: ServedSocket) => resetSocket(tcp)],
    ['said to be wrong', ({ socket }: ServedSocket) => socket.send('{"error":"input_timeout_exceeded"}')],
  ])('costs the next text nothing when it is %s meanwhile', async (_, end) => {
    const { voice, spare } = await ready();
    end(spare);
    await spare.closed;
    expect(await heard(voice)).toHaveLength(6 * 480);
    expect((await elevenLabs.socket(2)).received).toHaveLength(3);
  });

  it('costs a text nothing when it breaks as that is sent, and not twice', async () => {
    const { voice } = await ready();
    elevenLabs.scripts.push({ answer: [], fault: 'reset' });
    expect(await heard(voice)).toHaveLength(6 * 480);
    const spare = await elevenLabs.socket(3);
    await spare.opened();
    elevenLabs.scripts.push({ answer: [], fault: 'reset' }, { answer: [], fault: 'reset' });
    expect((await failureOf(heard(voice))).details).toMatchObject({ retryable: true });
  });

  it('says nothing twice: what breaks after its first sound fails', async () => {
    const { voice } = await ready();
    elevenLabs.scripts.push({ fault: 'reset' });
    expect((await failureOf(heard(voice))).details).toMatchObject({ retryable: true });
  });

  it('costs nobody anything when it is refused', async () => {
    elevenLabs.scripts.push({}, { fault: 503 });
    const voice = provider();
    await heard(voice);
    expect(await heard(voice)).toHaveLength(6 * 480);
  });

  it('is closed when nobody speaks for a while, and no other is opened', async () => {
    const { voice, spare } = await ready({ spareMs: 20 });
    await spare.closed;
    expect(elevenLabs.sockets).toHaveLength(2);
    expect(await heard(voice)).toHaveLength(6 * 480);
  });

  it('is closed as any other when the caller interrupts', async () => {
    const { voice, spare } = await ready();
    elevenLabs.scripts.push({ betweenMessages: () => gate().opened });
    for await (const part of voice.speak(speechRequest({ text: 'Good evening.' }))) {
      if (part instanceof Uint8Array) break;
    }
    await spare.closed;
    expect(spare.received).toHaveLength(3);
  });
});

describeBadSpeech({
  owner: "ElevenLabs' text to speech",
  keyVariable: 'ELEVENLABS_API_KEY',
  urlVariable: 'ELEVENLABS_BASE_URL',
  emulator: () => elevenLabs,
  provider,
});
