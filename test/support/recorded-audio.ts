import { encodeMuLaw, FRAME_BYTES, FRAME_MS } from '../../src/audio/mu-law.js';
import { readWav } from '../../src/audio/wav.js';
import { readMark } from '../../src/providers/sandbox/watermark.js';
import { WordReader } from '../../src/providers/sandbox/word-reader.js';

/** A word, and when it is over. */
export interface HeardWord {
  readonly word: string;
  readonly atMs: number;
}

/** Both sides of a WAV file, in mu-law: the caller's and the agent's. */
export const sidesOf = (file: Uint8Array): readonly [Uint8Array, Uint8Array] => {
  const { samples, channels } = readWav(file);
  const side = (n: number) => encodeMuLaw(samples.filter((_, at) => at % channels === n));
  return [side(0), side(1)];
};

/** The words in a side of marked speech, wherever its frames begin. */
export const wordsIn = (muLaw: Uint8Array): readonly HeardWord[] => {
  const shifted = Array.from({ length: FRAME_BYTES }, (_, shift) => readWords(muLaw, shift));
  return shifted.reduce((best, words) => (words.length > best.length ? words : best), []);
};

const readWords = (muLaw: Uint8Array, shift: number): HeardWord[] => {
  const reader = new WordReader();
  const words: HeardWord[] = [];
  for (let at = shift; at + FRAME_BYTES <= muLaw.length; at += FRAME_BYTES) {
    const word = reader.read(readMark(muLaw.subarray(at, at + FRAME_BYTES)));
    if (word !== null) words.push({ word, atMs: (at / FRAME_BYTES) * FRAME_MS });
  }
  return words;
};
