import { describe, expect, it } from '@jest/globals';
import type { SpeechPart, TimedWord } from '../providers/text-to-speech.js';
import { type SpeechProgress, speak, type Voice } from './speech.js';

const word = (text: string): TimedWord => ({ text, startMs: 0, endMs: 100 });

/** 20 ms: loud, or silent. */
const frame = (isLoud: boolean) => new Uint8Array(160).fill(isLoud ? 0x80 : 0xff);

const voice = (...parts: readonly SpeechPart[]): Voice => ({
  provider: {
    name: 'studio',
    async *speak() {
      yield* parts;
    },
  },
  model: null,
  voice: null,
  speed: null,
  tone: null,
  voiceSettings: {},
  language: 'en',
  fallbackLanguage: null,
});

const progressOf = async (from: Voice, signal = new AbortController().signal): Promise<SpeechProgress[]> => {
  const progress: SpeechProgress[] = [];
  for await (const one of speak(from, { text: 'Hello there.' }, signal)) progress.push(one);
  return progress;
};

describe("a chunk's speech", () => {
  it('comes with the words that the provider timed, with the audio that follows them or at its end', async () => {
    const made = await progressOf(
      voice({ words: [word('Well,')] }, { words: [word('hello')] }, frame(true), frame(true), {
        words: [word('there.')],
      }),
    );
    expect(
      made.map(({ audio, words, done }) => [audio.length, words?.map(({ text }) => text), done]),
    ).toEqual([
      [160, ['Well,', 'hello'], false],
      [160, undefined, false],
      [0, ['there.'], true],
    ]);
    expect(made[1]).not.toHaveProperty('words');
  });

  it('tells the silence at its ends', async () => {
    const made = await progressOf(voice(frame(false), frame(true), frame(false), frame(false)));
    expect(made.at(-1)).toMatchObject({ done: true, leadMs: 20, tailMs: 40 });
  });

  it('is not done when it was aborted', async () => {
    const stop = new AbortController();
    stop.abort();
    expect((await progressOf(voice(frame(true)), stop.signal)).map(({ done }) => done)).toEqual([false]);
  });
});
