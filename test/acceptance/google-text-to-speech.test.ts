import { getEventListeners } from 'node:events';
import { TextToSpeechClient } from '@google-cloud/text-to-speech';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AppError, ErrorCode } from '../../src/domain/errors.js';
import { GoogleTextToSpeech } from '../../src/providers/google/text-to-speech.js';
import type { SpeechRequest } from '../../src/providers/text-to-speech.js';
import {
  type GoogleTextToSpeechEmulator,
  startGoogleTextToSpeechEmulator,
} from '../emulators/google/text-to-speech.js';
import { all, failureOf, gate } from '../emulators/openai/reading.js';
import { muLawTone } from '../emulators/tone.js';
import { speechRequest } from '../support/provider-requests.js';
import { heardOf } from '../support/speech-failures.js';

/** What no error may repeat. */
const SECRET = 'my card is 4111 1111';

let google: GoogleTextToSpeechEmulator;

beforeEach(async () => {
  google = await startGoogleTextToSpeechEmulator();
});

afterEach(async () => {
  await google.close();
});

const speak = (more: Partial<SpeechRequest> = {}, patienceMs?: number) =>
  new GoogleTextToSpeech({ client: () => google.client(), patienceMs }).speak(
    speechRequest({ text: SECRET, ...more }),
  );

const everythingIn = ({ message, details, cause, stack }: AppError): string =>
  JSON.stringify([message, details, String(cause), stack]);

describe("Google's text to speech", () => {
  it('streams mu-law from a Chirp3-HD voice', async () => {
    const { audio } = heardOf(await all(speak({ text: 'Good evening.', language: 'en', speed: 9 })));
    expect(audio).toEqual(Buffer.from(muLawTone(13 * 60)));
    const { method, requests } = await google.call(0);
    expect(method).toBe('streamingSynthesize');
    expect(requests).toMatchObject([
      {
        streamingConfig: {
          voice: { languageCode: 'en-US', name: 'en-US-Chirp3-HD-Charon' },
          streamingAudioConfig: { audioEncoding: 'MULAW', sampleRateHertz: 8000, speakingRate: 2 },
        },
      },
      { input: { text: 'Good evening.' } },
    ]);
  });

  it('takes a header off a stream, should there be one', async () => {
    google.scripts.push({ hasHeader: true });
    const { audio } = heardOf(await all(speak({ text: 'Good evening.' })));
    expect(audio).toEqual(Buffer.from(muLawTone(13 * 60)));
  });

  it('speaks before it has everything', async () => {
    const rest = gate();
    google.scripts.push({ betweenChunks: () => rest.opened });
    const speech = speak()[Symbol.asyncIterator]();
    expect((await speech.next()).value).toHaveLength(1600);
    rest.open();
    while (!(await speech.next()).done);
  });

  it('takes other voices whole, without the header of the file', async () => {
    const asked = { text: 'Guten Abend.', voice: 'de-DE-Neural2-B', language: 'en', speed: 1.1 };
    const voiceSettings = { pitch: -2, volumeGainDb: 3, stability: 0.5 };
    const { audio } = heardOf(await all(speak({ ...asked, voiceSettings })));
    expect(audio).toEqual(Buffer.from(muLawTone(12 * 60)));
    const { method, requests } = await google.call(0);
    expect(method).toBe('synthesizeSpeech');
    expect(requests).toMatchObject([
      {
        input: { text: 'Guten Abend.' },
        voice: { languageCode: 'de-DE', name: 'de-DE-Neural2-B' },
        audioConfig: { audioEncoding: 'MULAW', speakingRate: 1.1, pitch: -2, volumeGainDb: 3 },
      },
    ]);
  });

  it.each([
    [
      'a family, with a language without its region',
      { model: 'Wavenet', voice: 'A', language: 'hi' },
      'hi-IN-Wavenet-A',
    ],
    ['a voice of a streaming family', { voice: 'Kore', language: 'de-AT' }, 'de-AT-Chirp3-HD-Kore'],
  ])('finds the voice by %s', async (_, asked, name) => {
    await all(speak(asked));
    const [first] = (await google.call(0)).requests;
    expect((first?.streamingConfig ?? first) as object).toMatchObject({ voice: { name } });
  });

  it("says the tone to Gemini's voices", async () => {
    await all(speak({ model: 'gemini-2.5-flash-tts', voice: 'Kore', tone: 'Calm.', text: 'Hello.' }));
    expect((await google.call(0)).requests).toMatchObject([
      {
        streamingConfig: {
          voice: { languageCode: 'en-US', name: 'Kore', modelName: 'gemini-2.5-flash-tts' },
        },
      },
      { input: { text: 'Hello.', prompt: 'Calm.' } },
    ]);
  });

  it('says so of credentials that are missing, and looks for them again', async () => {
    const clients = [
      async () => new TextToSpeechClient({ keyFilename: '/does/not/exist.json' }),
      () => google.client(),
    ];
    const voice = new GoogleTextToSpeech({ client: () => clients.shift()?.() ?? google.client() });
    const error = await failureOf(all(voice.speak(speechRequest())));
    expect(error.message).toContain('has no credentials. Check GOOGLE_APPLICATION_CREDENTIALS.');
    expect(heardOf(await all(voice.speak(speechRequest()))).audio.length).toBeGreaterThan(0);
  });
});

describe.each([
  ['as a stream', null],
  ['whole', 'en-US-Neural2-C'],
])("when Google's text to speech fails %s", (_, voice) => {
  it.each([
    [16, ErrorCode.UNAVAILABLE, 'refused the key (401). Check GOOGLE_APPLICATION_CREDENTIALS.', false],
    [7, ErrorCode.UNAVAILABLE, 'refused the key (403).', false],
    [8, ErrorCode.RATE_LIMITED, "answered 429. Check the account's limits and credit.", true],
    [3, ErrorCode.UNAVAILABLE, 'answered 400.', false],
    [14, ErrorCode.UNAVAILABLE, 'answered 503.', true],
    [15, ErrorCode.UNAVAILABLE, 'broke off its answer (gRPC 15).', true],
  ])('says so of gRPC code %i', async (code, expected, message, retryable) => {
    google.scripts.push({ fault: { code, afterChunks: 1 } });
    const error = await failureOf(all(speak({ voice })));
    expect(error.code).toBe(expected);
    expect(error.message).toContain(
      `Google's text to speech (${voice ? 'Neural2' : 'Chirp3-HD'}) ${message}`,
    );
    expect(error.details).toMatchObject({ provider: 'google', retryable });
    expect(everythingIn(error)).not.toContain(SECRET);
    expect(google.calls).toHaveLength(1);
  });

  it.each(['hang', 'stall'] as const)('waits only so long: %s', async (fault) => {
    google.scripts.push({ fault });
    const error = await failureOf(all(speak({ voice }, 1_000)));
    expect(error.message).toContain('sent nothing for 1000 ms.');
    await (await google.call(0)).cancelled;
  });

  it.each(['hang', 'stall'] as const)(
    'is silent and hangs up when the caller wants no more: %s',
    async (fault) => {
      const caller = new AbortController();
      google.scripts.push({ fault });
      const quiet = all(speak({ voice, signal: caller.signal }));
      const { cancelled } = await google.call(0);
      caller.abort();
      await quiet;
      await cancelled;
      expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
      expect(await all(speak({ voice, signal: caller.signal }))).toEqual([]);
      expect(google.calls).toHaveLength(1);
    },
  );

  it('fails when it hears nothing', async () => {
    google.scripts.push({ fault: 'no audio' });
    expect((await failureOf(all(speak({ voice })))).message).toContain('sent no audio.');
  });
});

it('plays nothing that it can not read', async () => {
  google.scripts.push({ fault: 'no header' });
  const error = await failureOf(all(speak({ voice: 'en-US-Neural2-C' })));
  expect(error.message).toContain('sent audio that is not mu-law at 8 kHz in a WAV file.');
});
