import { beforeEach, describe, expect, it } from '@jest/globals';
import { all } from '../../../test/emulators/openai/reading.js';
import { answerRequest, speechRequest } from '../../../test/support/provider-requests.js';
import type { LanguageModel } from '../language-model.js';
import { Providers } from '../registry.js';
import type { SpeechToText, Transcript } from '../speech-to-text.js';
import type { TextToSpeech } from '../text-to-speech.js';
import { isCircuitOpen } from './breaker.js';
import { Breakers } from './breakers.js';
import { TookTooLong } from './took-too-long.js';

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** What the fake provider does next. */
type Act = 'works' | 'fails' | 'hangs' | 'never ends' | 'calls for ever' | 'is silent';

/** How many whole seconds of a voice that never ends were passed on, and parts of such an answer. */
let spoken = 0;
let said = 0;

const fake = (act: () => Act, warmUp: () => Promise<void>) => {
  const languageModel: LanguageModel = {
    name: 'fake',
    warmUp,
    async *answer({ signal }) {
      if (act() === 'fails') throw new Error('down');
      yield { type: 'text', delta: 'Hello.' };
      for (; act() === 'never ends' && said < 30_000; said++) yield { type: 'text', delta: 'And so on. ' };
      const call = { id: 'call_1', name: 'look_up', arguments: '{}' };
      for (; act() === 'calls for ever' && said < 30_000; said++) yield { type: 'tool_call', call };
      if (act() === 'hangs') return await ended(signal);
      yield { type: 'done', usage: null };
    },
  };
  const textToSpeech: TextToSpeech = {
    name: 'fake',
    warmUp,
    async *speak({ signal }) {
      if (act() === 'fails') throw new Error('down');
      yield new Uint8Array(160).fill(act() === 'is silent' ? 0xff : 0);
      // A second each.
      for (; act() === 'never ends' && spoken < 1_000; spoken++) yield new Uint8Array(8_000);
      if (act() === 'hangs') await ended(signal);
    },
  };
  const final: Transcript = { text: 'Hello.', final: true, confidence: null };
  const speechToText: SpeechToText = {
    name: 'fake',
    traits: () => ({ finalWithinMs: 500, interims: true, decidesTurns: false }),
    open: ({ signal }) => ({
      write: () => undefined,
      finalize: () => undefined,
      heardMs: 0,
      transcripts: (async function* () {
        if (act() === 'fails') throw new Error('down');
        if (act() === 'hangs') return await ended(signal);
        yield final;
        yield final;
      })(),
    }),
  };
  return { languageModel, textToSpeech, speechToText };
};

describe('a provider behind its breaker', () => {
  let act: Act;
  let providers: Providers;
  let warmed: number;
  beforeEach(() => {
    act = 'works';
    warmed = 0;
    const warmUp = async () => {
      warmed++;
      if (act === 'fails') throw new Error('down');
    };
    providers = new Providers({ fake: fake(() => act, warmUp) }, 'fake', new Breakers());
  });

  const use: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
    language_model: (signal) => all(providers.get('languageModel', 'fake').answer(answerRequest({ signal }))),
    text_to_speech: (signal) => all(providers.get('textToSpeech', 'fake').speak(speechRequest({ signal }))),
    speech_to_text: async (signal) =>
      all(
        providers
          .get('speechToText', 'fake')
          .open({ model: null, language: 'en', fallbackLanguage: null, signal }).transcripts,
      ),
  };
  const stateOf = (capability: string) =>
    providers.breakers.health.find((circuit) => circuit.capability === capability);
  const never = () => new AbortController().signal;

  it.each(Object.keys(use))(
    "of %s isn't asked any more after five failures, whoever asks",
    async (capability) => {
      act = 'fails';
      for (let n = 0; n < 5; n++) await expect(use[capability]?.(never())).rejects.toThrow('down');
      act = 'works';
      const refused: unknown = await use[capability]?.(never()).catch((error: unknown) => error);
      expect(isCircuitOpen(refused)).toBe(true);
      expect(stateOf(capability)).toMatchObject({ state: 'open', lastError: 'down' });
      const others = Object.keys(use).filter((other) => other !== capability);
      for (const other of others) expect(stateOf(other)).toMatchObject({ state: 'closed' });
    },
  );

  it.each(Object.keys(use))(
    'of %s is counted when it took too long, and not when the caller hung up',
    async (capability) => {
      act = 'hangs';
      for (const reason of [undefined, new TookTooLong()]) {
        const abort = new AbortController();
        const using = use[capability]?.(abort.signal);
        await new Promise((resolve) => setImmediate(resolve));
        abort.abort(reason);
        await using;
        expect(stateOf(capability)?.failures).toBe(reason ? 1 : 0);
      }
    },
  );

  it.each(Object.keys(use))('of %s works as without it', async (capability) => {
    expect(await use[capability]?.(never())).toHaveLength(capability === 'text_to_speech' ? 1 : 2);
    expect(stateOf(capability)).toMatchObject({ state: 'closed', failures: 0 });
  });

  it.each(['language_model', 'text_to_speech'])(
    'of %s has its connection opened in advance, unless it fails; whether that works counts for nothing',
    async (capability) => {
      const warmUp = () =>
        capability === 'language_model'
          ? providers.get('languageModel', 'fake').warmUp?.()
          : providers.get('textToSpeech', 'fake').warmUp?.(speechRequest());
      await warmUp();
      expect(warmed).toBe(1);
      act = 'fails';
      for (let n = 0; n < 5; n++) await warmUp();
      expect(warmed).toBe(6);
      expect(stateOf(capability)).toMatchObject({ state: 'closed', failures: 0, lastError: null });
      for (let n = 0; n < 5; n++) await use[capability]?.(never()).catch(() => undefined);
      await warmUp();
      expect(warmed).toBe(6);
    },
  );

  it.each([
    ['a sentence', { text: 'On Saturday from nine to one.' }, 19],
    ['a word', { text: 'Yes.' }, 6],
    ['a word that is said slowly', { text: 'Yes.', speed: 0.5 }, 13],
  ])('of text_to_speech has failed when it never stops saying %s', async (_, request, seconds) => {
    act = 'never ends';
    spoken = 0;
    const speech = providers.get('textToSpeech', 'fake').speak(speechRequest(request));
    await expect(all(speech)).rejects.toThrow(
      `fake didn't stop speaking: a text of this length takes less than`,
    );
    expect(spoken).toBe(seconds);
    expect(stateOf('text_to_speech')).toMatchObject({ failures: 1 });
  });

  it('of text_to_speech has failed when it makes nothing but silence', async () => {
    act = 'is silent';
    await expect(use.text_to_speech?.(never())).rejects.toThrow('fake said nothing but silence.');
    expect(stateOf('text_to_speech')).toMatchObject({ failures: 1 });
  });

  it.each([
    ['never ends', 1_817],
    ['calls for ever', 39],
  ] as const)('of language_model has failed when its answer %s', async (how, parts) => {
    act = how;
    said = 0;
    await expect(use.language_model?.(never())).rejects.toThrow(
      "fake didn't end its answer, which has more than 20,000 characters.",
    );
    expect(said).toBe(parts);
    expect(stateOf('language_model')).toMatchObject({ failures: 1 });
  });

  it('tells those who listen, until they stop', async () => {
    const heard: unknown[] = [];
    const stop = providers.breakers.listen((circuit, { type }) => heard.push([circuit, type]));
    act = 'fails';
    for (let n = 0; n < 5; n++) await use.text_to_speech?.(never()).catch(() => undefined);
    expect(heard).toEqual([[{ provider: 'fake', capability: 'text_to_speech' }, 'opened']]);
    stop();
    for (let n = 0; n < 5; n++) await use.language_model?.(never()).catch(() => undefined);
    expect(heard).toHaveLength(1);
  });
});
