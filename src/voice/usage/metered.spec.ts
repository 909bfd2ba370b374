import { describe, expect, it } from '@jest/globals';
import { answerRequest, speechRequest } from '../../../test/support/provider-requests.js';
import type { AnswerPart, LanguageModel } from '../../providers/language-model.js';
import type { SpeechToSpeech, SpokenAnswerPart } from '../../providers/speech-to-speech.js';
import type { SpeechToText, SpeechToTextStream, Transcript } from '../../providers/speech-to-text.js';
import type { TextToSpeech } from '../../providers/text-to-speech.js';
import { meteredEar, meteredMind, meteredSpeaker, meteredVoice } from './metered.js';
import { UsageMeter } from './usage-meter.js';

const never = new AbortController().signal;
const languages = { language: 'en', fallbackLanguage: null };
const SECOND = new Uint8Array(8_000);

const all = async <T>(parts: AsyncIterable<T>): Promise<T[]> => {
  const read: T[] = [];
  for await (const part of parts) read.push(part);
  return read;
};

/** A stream that ends when it's told to, and says that it was sent 20 ms for each frame. */
const listener = () => {
  let leave = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const stream = {
    heardMs: 0,
    write: () => {
      stream.heardMs += 20;
    },
    finalize: () => undefined,
    transcripts: (async function* (): AsyncGenerator<Transcript, void> {
      await left;
      yield { text: '', final: true, confidence: null };
    })(),
  };
  return { stream: stream as SpeechToTextStream, leave };
};

describe('what a conversation uses of its providers', () => {
  it('is what a speech-to-text was sent, also over a stream that lasts', async () => {
    const meter = new UsageMeter();
    const listeners = [listener(), listener()];
    const streams = listeners.map(({ stream }) => stream);
    const ear: SpeechToText = {
      name: 'deepgram',
      traits: () => ({ finalWithinMs: 350, interims: true, decidesTurns: false }),
      open: () => streams.shift() as SpeechToTextStream,
    };
    const metered = meteredEar(ear, meter);
    const first = metered.open({ model: 'nova-3', ...languages, signal: never });
    for (let frame = 0; frame < 5; frame++) first.write(SECOND, true);
    listeners[0]?.leave();
    await all(first.transcripts);
    metered.open({ model: 'nova-3', ...languages, signal: never }).write(SECOND, false);
    const used = { capability: 'speech_to_text', provider: 'deepgram', model: 'nova-3' };
    expect(meter.measured()).toEqual([{ ...used, requests: 2, heardMs: 120 }]);
    expect(meter.measured()).toEqual([{ ...used, requests: 2, heardMs: 120 }]);
  });

  it('is what a model counts of each answer, and that it was asked where it counts nothing', async () => {
    const meter = new UsageMeter();
    const answers: AnswerPart[][] = [
      [
        { type: 'text', delta: 'Yes.' },
        { type: 'done', usage: { inputTokens: 80, outputTokens: 9 } },
      ],
      [{ type: 'done', usage: { inputTokens: 90, outputTokens: 1 } }],
      [{ type: 'done', usage: null }],
      [{ type: 'done', usage: { inputTokens: -1, outputTokens: Number.NaN } }],
    ];
    const mind: LanguageModel = {
      name: 'openai',
      async *answer() {
        yield* answers.shift() ?? [];
      },
    };
    const metered = meteredMind(mind, meter);
    expect(await all(metered.answer(answerRequest({ model: 'gpt' })))).toHaveLength(2);
    await all(metered.answer(answerRequest({ model: 'gpt' })));
    await all(metered.answer(answerRequest()));
    await all(metered.answer(answerRequest()));
    const used = { capability: 'language_model', provider: 'openai' };
    expect(meter.measured()).toEqual([
      { ...used, model: 'gpt', requests: 2, inputTokens: 170, outputTokens: 10 },
      { ...used, model: null, requests: 2 },
    ]);
  });

  it('is what a voice was given to say, and what it had said when it was stopped', async () => {
    const meter = new UsageMeter();
    const voice: TextToSpeech = {
      name: 'cartesia',
      defaultModel: 'sonic-3',
      async *speak() {
        yield { words: [] };
        yield SECOND;
        yield SECOND;
      },
    };
    const metered = meteredVoice(voice, meter);
    await all(metered.speak(speechRequest({ text: 'Good evening.' })));
    for await (const part of metered.speak(speechRequest({ text: 'Bye.' }))) {
      if (part instanceof Uint8Array) break;
    }
    expect(meter.measured()).toEqual([
      {
        capability: 'text_to_speech',
        provider: 'cartesia',
        model: 'sonic-3',
        requests: 2,
        characters: 17,
        spokenMs: 3_000,
      },
    ]);
  });

  it('is all of that of a model that hears and speaks', async () => {
    const meter = new UsageMeter();
    const { stream } = listener();
    const answer: SpokenAnswerPart[] = [
      { type: 'audio', audio: SECOND },
      { type: 'done', usage: { inputTokens: 200, outputTokens: 30 } },
    ];
    const cut: unknown[] = [];
    const speaker: SpeechToSpeech = {
      name: 'openai',
      traits: () => ({ finalWithinMs: 500, interims: false, decidesTurns: false }),
      open: () =>
        Object.assign(stream, {
          tokens: { inputTokens: 300, outputTokens: 40 },
          async *answer() {
            yield* answer;
          },
          truncate: (...at: unknown[]) => void cut.push(at),
        }),
    };
    const voice = { voice: null, speed: null, tone: null, systemPrompt: '', tools: [], maxTokens: null };
    const conversation = meteredSpeaker(speaker, meter).open({
      model: 'gpt-realtime',
      ...voice,
      ...languages,
      decidesTurns: false,
      signal: never,
    });
    conversation.write(SECOND, true);
    conversation.truncate('1', 20);
    await all(conversation.answer({ id: '1', messages: [], passages: [], signal: never }));
    expect(cut).toEqual([['1', 20]]);
    const used = { capability: 'speech_to_speech', provider: 'openai', model: 'gpt-realtime' };
    const counts = { requests: 1, heardMs: 20, spokenMs: 1_000, inputTokens: 300, outputTokens: 40 };
    expect(meter.measured()).toEqual([{ ...used, ...counts }]);
  });
});
