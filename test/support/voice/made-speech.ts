import type { TimedWord } from '../../../src/providers/text-to-speech.js';

export const MS_A_CHARACTER = 60;

/** What a voice made of a chunk, or was to make. */
export interface MadeSpeech {
  readonly chunk: number;
  readonly text: string;
  readonly edgesMs: number;
  /** It told when each word is said. */
  readonly isTimed: boolean;
  /** In the chunk's audio: where it begins, how far it came, and how much of that the next voice left. */
  readonly fromMs: number;
  madeMs: number;
  keptMs: number;
}

export const timedWordsOf = ({ text, edgesMs, fromMs }: MadeSpeech): readonly TimedWord[] =>
  Array.from(text.matchAll(/\S+/g), ({ 0: word, index }) => {
    const startMs = fromMs + edgesMs + index * MS_A_CHARACTER;
    return { text: word, startMs, endMs: startMs + word.length * MS_A_CHARACTER };
  });
