import { beforeEach, describe, expect, it } from '@jest/globals';
import { all } from '../../../test/emulators/openai/reading.js';
import { Providers } from '../registry.js';
import type { SpeechToSpeech, SpeechToSpeechOptions, SpokenAnswerPart } from '../speech-to-speech.js';
import type { Transcript } from '../speech-to-text.js';
import { isCircuitOpen } from './breaker.js';

const FINAL: Transcript = { text: 'Hello.', final: true, confidence: null };
const ANSWER: readonly SpokenAnswerPart[] = [
  { type: 'text', delta: 'Hello.' },
  { type: 'audio', audio: new Uint8Array(160) },
  { type: 'done', usage: null },
];

const options: SpeechToSpeechOptions = {
  model: null,
  voice: null,
  speed: null,
  tone: null,
  systemPrompt: '',
  tools: [],
  maxTokens: null,
  language: 'en',
  fallbackLanguage: null,
  decidesTurns: false,
  signal: new AbortController().signal,
};
const request = { id: '1', messages: [], passages: [], signal: options.signal };

/** What an answer goes on with: words, a minute of its voice, tool calls. */
const endless = {
  words: { type: 'text', delta: 'And so on. ' },
  audio: { type: 'audio', audio: new Uint8Array(480_000) },
  calls: { type: 'tool_call', call: { id: '1', name: 'look_up', arguments: '{}' } },
} satisfies Record<string, SpokenAnswerPart>;

describe('a model that hears and speaks behind its breaker', () => {
  let fails: 'ear' | 'answer' | 'stream' | 'nothing' | keyof typeof endless;
  let said: number;
  let providers: Providers;
  const truncated: unknown[] = [];
  const gone = new Error('gone');

  const fake: SpeechToSpeech = {
    name: 'fake',
    traits: ({ decidesTurns }) => ({ finalWithinMs: 500, interims: false, decidesTurns }),
    open: () => ({
      write: () => undefined,
      finalize: () => undefined,
      heardMs: 0,
      tokens: null,
      transcripts: (async function* () {
        if (fails === 'ear') throw new Error('deaf');
        if (fails === 'stream') throw gone;
        yield FINAL;
      })(),
      async *answer() {
        if (fails === 'answer') throw new Error('mute');
        if (fails === 'stream') throw gone;
        if (fails in endless) {
          for (; said < 30_000; said++) yield endless[fails as keyof typeof endless];
        }
        yield* ANSWER;
      },
      truncate: (...cut) => void truncated.push(cut),
    }),
  };

  beforeEach(() => {
    fails = 'nothing';
    said = 0;
    providers = new Providers({ fake: { speechToSpeech: fake } }, 'fake');
  });

  const open = () => providers.get('speechToSpeech', 'fake').open(options);
  const health = () => providers.breakers.health.find(({ capability }) => capability === 'speech_to_speech');

  it('works as without it', async () => {
    const stream = open();
    expect(await all(stream.transcripts)).toEqual([FINAL]);
    expect(await all(stream.answer(request))).toEqual(ANSWER);
    stream.truncate('1', 20);
    expect(truncated).toEqual([['1', 20]]);
    expect(providers.get('speechToSpeech', 'fake').traits(options).decidesTurns).toBe(false);
    expect(health()).toMatchObject({ provider: 'fake', state: 'closed', failures: 0 });
  });

  it.each(['ear', 'answer'] as const)("isn't asked any more after five failures of its %s", async (what) => {
    fails = what;
    const use = () => {
      const stream = open();
      return what === 'ear' ? all<unknown>(stream.transcripts) : all<unknown>(stream.answer(request));
    };
    for (let n = 0; n < 5; n++) await expect(use()).rejects.toThrow(what === 'ear' ? 'deaf' : 'mute');
    expect(health()).toMatchObject({ state: 'open' });
    const refused: unknown = await (async () => use())().catch((error: unknown) => error);
    expect(isCircuitOpen(refused)).toBe(true);
  });

  it('fails once where its end is the end of an answer, too', async () => {
    fails = 'stream';
    const stream = open();
    await expect(all(stream.answer(request))).rejects.toBe(gone);
    await expect(all(stream.transcripts)).rejects.toBe(gone);
    expect(health()).toMatchObject({ state: 'closed', failures: 1 });
  });

  it.each([
    ['words', 'has more than 20,000 characters', 1_818],
    ['audio', 'has more than 20 minutes of audio', 20],
    ['calls', 'has more than 20,000 characters', 39],
  ] as const)('has failed when its answer has %s without end, and hears on', async (what, fault, parts) => {
    fails = what;
    const stream = open();
    await expect(all(stream.answer(request))).rejects.toMatchObject({
      message: `fake didn't end its answer, which ${fault}.`,
      details: { provider: 'fake', capability: 'speechToSpeech' },
    });
    expect(said).toBe(parts);
    expect(health()).toMatchObject({ state: 'closed', failures: 1 });
    expect(await all(stream.transcripts)).toEqual([FINAL]);
  });
});
