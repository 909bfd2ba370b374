import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode } from '../../src/domain/errors.js';
import { type CartesiaOptions, CartesiaTextToSpeech } from '../../src/providers/cartesia/text-to-speech.js';
import type { SpeechRequest } from '../../src/providers/text-to-speech.js';
import { type CartesiaEmulator, startCartesiaEmulator } from '../emulators/cartesia/emulator.js';
import { all, failureOf, gate } from '../emulators/openai/reading.js';
import { muLawTone } from '../emulators/tone.js';
import { speechRequest } from '../support/provider-requests.js';
import { describeBadSpeech, heardOf } from '../support/speech-failures.js';

let cartesia: CartesiaEmulator;

beforeEach(async () => {
  cartesia = await startCartesiaEmulator();
});

afterEach(async () => {
  await cartesia.close();
});

const provider = (options: Partial<CartesiaOptions> = {}) =>
  new CartesiaTextToSpeech({ apiKey: 'sk_car_test', baseUrl: cartesia.origin, ...options });

const heard = async (voice: CartesiaTextToSpeech, more: Partial<SpeechRequest> = {}) =>
  heardOf(await all(voice.speak(speechRequest(more))));

describe("Cartesia's text to speech", () => {
  it('passes mu-law through, with the times of the words', async () => {
    const text = 'Good evening, Dave.';
    const { audio, words } = await heard(provider(), { text });
    expect(audio).toEqual(Buffer.from(muLawTone(text.length * 60)));
    expect(words).toEqual([
      { text: 'Good', startMs: 0, endMs: 240 },
      { text: 'evening', startMs: 300, endMs: 720 },
      { text: 'Dave', startMs: 840, endMs: 1_080 },
    ]);
  });

  it('asks for the voice, the model and the settings that it knows', async () => {
    const voiceSettings = { volume: 1.5, stability: 0.4 };
    const asked = {
      text: 'Hallo.',
      voice: 'anna',
      model: 'sonic-2',
      speed: 0.2,
      tone: 'Excited',
      voiceSettings,
    };
    await heard(provider(), { ...asked, language: 'de-AT' });
    const { headers, received } = await cartesia.socket(0);
    expect(headers).toMatchObject({ authorization: 'Bearer sk_car_test', 'cartesia-version': '2026-08-14' });
    expect(received).toEqual([
      {
        model_id: 'sonic-2',
        transcript: 'Hallo.',
        voice: { id: 'anna' },
        output_format: { container: 'raw', encoding: 'pcm_mulaw', sample_rate: 8000 },
        language: 'de',
        context_id: expect.any(String),
        continue: false,
        max_buffer_delay_ms: 0,
        add_timestamps: true,
        generation_config: { volume: 1.5, emotion: 'excited', speed: 0.6 },
      },
    ]);
  });

  it('leaves a tone that is no emotion of its own', async () => {
    await heard(provider(), { tone: 'calm and friendly' });
    expect(await (await cartesia.socket(0)).message(0)).not.toHaveProperty('generation_config');
  });

  it('speaks many texts side by side over one connection, each with its own audio', async () => {
    const voice = provider();
    const texts = ['One.', 'And two.', 'And then three.'];
    const spoken = await Promise.all(texts.map((text) => heard(voice, { text })));
    expect(spoken.map(({ audio }) => audio.length)).toEqual(texts.map((text) => text.length * 480));
    await heard(voice);
    expect(cartesia.sockets).toHaveLength(1);
  });

  describe('of an utterance of several texts', () => {
    const utterance = '7f0c1c9e';
    const first = 'Yes, on Saturday,';
    const second = 'we are open.';
    /** The contexts that texts were said in, in order. */
    const contextsOf = async (count: number) => {
      const { received } = await cartesia.socket(0);
      const texts = received.filter((item) => 'transcript' in item && item.transcript);
      expect(texts).toHaveLength(count);
      return texts.map((item) => 'context_id' in item && item.context_id);
    };

    it('goes on in the same context, flushed after each text', async () => {
      const voice = provider();
      const one = await heard(voice, { text: first, utterance });
      const two = await heard(voice, { text: second, utterance });
      expect([one.audio, two.audio]).toEqual(
        [first, second].map((text) => Buffer.from(muLawTone(text.length * 60))),
      );
      const { received } = await cartesia.socket(0);
      const [{ context_id }] = received as [{ context_id: string }];
      const text = { context_id, continue: true, max_buffer_delay_ms: 0 };
      const flush = { ...text, transcript: '', flush: true };
      expect(received).toMatchObject([
        { ...text, transcript: `${first} ` },
        flush,
        { ...text, transcript: `${second} ` },
        flush,
      ]);
    });

    it.each([false, true])(
      'knows when each word is spoken; its times begin anew: %s',
      async (timesBeginAnew) => {
        const voice = provider();
        await heard(voice, { text: first, utterance });
        cartesia.scripts.push({ timesBeginAnew });
        const { words } = await heard(voice, { text: second, utterance });
        expect(words).toEqual([
          { text: 'we', startMs: 0, endMs: 120 },
          { text: 'are', startMs: 180, endMs: 360 },
          { text: 'open', startMs: 420, endMs: 660 },
        ]);
      },
    );

    it('shares its context with no other', async () => {
      const voice = provider();
      for (const each of [utterance, 'another', undefined, undefined]) {
        await heard(voice, { text: first, utterance: each });
      }
      expect(new Set(await contextsOf(4)).size).toBe(4);
    });

    it('begins anew where the service has given the context up, and says nothing twice', async () => {
      const voice = provider();
      const refused = { type: 'error', done: true, status_code: 400, error_code: 'context_expired' };
      for (const answer of [[refused], [{ type: 'done', done: true }], []]) {
        await heard(voice, { text: first, utterance });
        cartesia.scripts.push({ answer });
        expect((await heard(voice, { text: second, utterance })).audio).toHaveLength(second.length * 480);
      }
      const [one, refusedOne, two, goesOn, doneTwo, three, goesOnToo, mute, four] = await contextsOf(9);
      expect([refusedOne, goesOn, doneTwo, goesOnToo, mute]).toEqual([one, two, two, three, three]);
      expect(new Set([one, two, three, four]).size).toBe(4);
      const broken = { type: 'error', done: true, status_code: 500, error_code: 'model_error' };
      const chunk = { type: 'chunk', data: Buffer.from(muLawTone(200)).toString('base64') };
      cartesia.scripts.push({ answer: [chunk, broken] });
      expect(await failureOf(heard(voice, { text: first, utterance }))).toMatchObject({
        details: { status: 500 },
      });
    });

    it('begins anew over another connection where that broke in between', async () => {
      const voice = provider();
      await heard(voice, { text: first, utterance });
      cartesia.hangUp();
      expect((await heard(voice, { text: second, utterance })).audio).toHaveLength(second.length * 480);
      expect(cartesia.sockets).toHaveLength(2);
    });

    it('is cancelled with its context', async () => {
      const voice = provider();
      await heard(voice, { text: first, utterance });
      const rest = gate();
      cartesia.scripts.push({ betweenMessages: () => rest.opened });
      for await (const _ of voice.speak(speechRequest({ text: second, utterance }))) break;
      const connection = await cartesia.socket(0);
      const { context_id } = (await connection.message(0)) as { context_id: string };
      expect(await connection.message(4)).toEqual({ context_id, cancel: true });
      rest.open();
      await heard(voice, { text: second, utterance });
      expect(new Set(await contextsOf(3)).size).toBe(2);
    });

    it('keeps no connection open that nobody uses', async () => {
      await heard(provider({ idleMs: 20 }), { text: first, utterance });
      await (await cartesia.socket(0)).closed;
    });
  });

  it('cancels what nobody wants any more, and goes on over the same connection', async () => {
    const voice = provider();
    const rest = gate();
    cartesia.scripts.push({ betweenMessages: () => rest.opened });
    for await (const part of voice.speak(speechRequest({ text: 'Good evening.' }))) {
      if (part instanceof Uint8Array) break;
    }
    const connection = await cartesia.socket(0);
    const asked = await connection.message(0);
    const { context_id } = asked as { context_id: string };
    expect(await connection.message(1)).toEqual({ context_id, cancel: true });
    rest.open();
    expect((await heard(voice, { text: 'Bye.' })).audio).toHaveLength(4 * 480);
    expect(cartesia.sockets).toHaveLength(1);
  });

  it('takes a new connection where the service had closed the one before', async () => {
    const voice = provider();
    await heard(voice);
    cartesia.hangUp();
    expect((await heard(voice)).audio).toHaveLength(6 * 480);
    await (await cartesia.socket(0)).closed;
    expect((await heard(voice)).audio).toHaveLength(6 * 480);
    expect(cartesia.sockets).toHaveLength(2);
  });

  it('does not say anything twice: what broke after its first sound fails', async () => {
    const voice = provider();
    await heard(voice);
    cartesia.scripts.push({ fault: 'reset' });
    expect((await failureOf(heard(voice))).details).toMatchObject({ retryable: true });
    expect(cartesia.sockets).toHaveLength(1);
  });

  it('leaves a connection that gives no answer, but not those who hear something over it', async () => {
    const voice = provider({ patienceMs: 600 });
    const rest = gate();
    cartesia.scripts.push({ betweenMessages: () => rest.opened }, { fault: 'stall' });
    const slow = voice.speak(speechRequest({ text: 'Good evening.' }))[Symbol.asyncIterator]();
    await slow.next();
    await failureOf(heard(voice));
    await heard(voice);
    expect(cartesia.sockets).toHaveLength(2);
    rest.open();
    while (!(await slow.next()).done);
    await (await cartesia.socket(0)).closed;
  });

  it('opens its connection before the first text, where it is asked for', async () => {
    const voice = provider();
    for (let n = 0; n < 2; n++) await voice.warmUp(speechRequest());
    const connection = await cartesia.socket(0);
    await connection.opened();
    expect(connection.received).toEqual([]);
    expect((await heard(voice)).audio).toHaveLength(6 * 480);
    expect(cartesia.sockets).toHaveLength(1);
  });

  it('takes a new one where that breaks before its first text, or as it is sent', async () => {
    const voice = provider();
    await voice.warmUp(speechRequest());
    await (await cartesia.socket(0)).opened();
    cartesia.hangUp();
    await (await cartesia.socket(0)).closed;
    await voice.warmUp(speechRequest());
    await (await cartesia.socket(1)).opened();
    cartesia.scripts.push({ answer: [], fault: 'reset' });
    expect((await heard(voice)).audio).toHaveLength(6 * 480);
    expect(cartesia.sockets).toHaveLength(3);
  });

  it('closes a connection that was opened for nobody', async () => {
    await provider({ idleMs: 20 }).warmUp(speechRequest());
    await (await cartesia.socket(0)).closed;
  });

  it('closes a connection that nobody uses', async () => {
    const voice = provider({ idleMs: 20 });
    await heard(voice);
    await (await cartesia.socket(0)).closed;
    await heard(voice);
    expect(cartesia.sockets).toHaveLength(2);
  });

  it.each([
    [401, 'unauthorized', ErrorCode.UNAVAILABLE, { retryable: false }],
    [402, 'credits_exhausted', ErrorCode.UNAVAILABLE, { status: 402, retryable: false }],
    [429, 'concurrency_limited', ErrorCode.RATE_LIMITED, { status: 429, retryable: true }],
    [500, 'About my card', ErrorCode.UNAVAILABLE, { status: 500, retryable: true }],
  ])(
    'says so of a refusal of one text, and goes on with others: %s %s',
    async (status_code, reason, code, details) => {
      const voice = provider();
      const refusal = { type: 'error', done: true, title: 'My card', message: 'My card', status_code };
      cartesia.scripts.push({ answer: [{ ...refusal, error_code: reason }] });
      const error = await failureOf(heard(voice));
      expect(error).toMatchObject({ code, details });
      expect(error.message).not.toMatch(/card/i);
      await heard(voice);
      expect(cartesia.sockets).toHaveLength(1);
    },
  );
});

describeBadSpeech({
  owner: "Cartesia's text to speech",
  keyVariable: 'CARTESIA_API_KEY',
  urlVariable: 'CARTESIA_BASE_URL',
  emulator: () => cartesia,
  provider,
});
