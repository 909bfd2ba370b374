import type { TimedWord } from '../../providers/text-to-speech.js';
import { alignedWords } from './alignment.js';
import type { Chunk } from './state.js';

/** Speech takes about so long a character: for a chunk whose length isn't known yet. */
const MS_A_CHARACTER = 65;

/** Where a chunk's voice lies in its own audio, without the silence before and after it. */
const voiceOf = (chunk: Chunk): { fromMs: number; toMs: number } => {
  const estimateMs = chunk.text.trim().length * MS_A_CHARACTER;
  const lengthMs = chunk.done ? chunk.ms : Math.max(chunk.ms, estimateMs);
  return { fromMs: chunk.leadMs, toMs: Math.max(chunk.leadMs, lengthMs - chunk.tailMs) };
};

/** Where the provider timed words, the text's words at those times; else `null`. */
const alignedWordsOf = (chunk: Chunk): readonly TimedWord[] | null => {
  const { words = [] } = chunk;
  const last = words.at(-1);
  if (!last) return null;
  const text = chunk.text.trim();
  const { fromMs, toMs } = voiceOf(chunk);
  if (chunk.done) return alignedWords({ text, words, fromMs, toMs, limitMs: chunk.ms });
  const saidChars = words.reduce((chars, word) => chars + word.text.length + 1, 0);
  const restMs = Math.max(0, text.length - saidChars) * MS_A_CHARACTER;
  return alignedWords({ text, words, fromMs, toMs: last.endMs + restMs, limitMs: Number.MAX_SAFE_INTEGER });
};

/** The words spread over the chunk's voice by their characters: where nobody tells better. */
const spreadWordsOf = (chunk: Chunk): readonly TimedWord[] => {
  const { fromMs, toMs } = voiceOf(chunk);
  const text = chunk.text.trim();
  const msPerCharacter = (toMs - fromMs) / Math.max(1, text.length);
  return Array.from(text.matchAll(/\S+/g), ({ 0: word, index }) => ({
    text: word,
    startMs: fromMs + index * msPerCharacter,
    endMs: fromMs + (index + word.length) * msPerCharacter,
  }));
};

/** The reply's words, with their times in the reply's audio. */
export const timedWords = (chunks: readonly Chunk[]): readonly TimedWord[] => {
  const words: TimedWord[] = [];
  let startMs = 0;
  for (const chunk of chunks) {
    // Without audio it was never said.
    if (chunk.done && chunk.ms === 0) continue;
    for (const word of alignedWordsOf(chunk) ?? spreadWordsOf(chunk)) {
      words.push({ ...word, startMs: startMs + word.startMs, endMs: startMs + word.endMs });
    }
    // The next chunk is played once this one is whole.
    if (!chunk.done) break;
    startMs += chunk.ms;
  }
  return words;
};

/** Half a millisecond: the last word of a chunk ends where the chunk does, but for the rounding. */
const isOut = ({ endMs }: TimedWord, heardMs: number): boolean => endMs <= heardMs + 0.5;

/** The words whose end was played. */
export const heardText = (chunks: readonly Chunk[], heardMs: number): string =>
  timedWords(chunks)
    .filter((word) => isOut(word, heardMs))
    .map(({ text }) => text)
    .join(' ');

/** The words that were playing within a window of the reply. */
export const wordsBetween = (chunks: readonly Chunk[], fromMs: number, toMs: number): string =>
  timedWords(chunks)
    .filter(({ startMs, endMs }) => endMs >= fromMs && startMs <= toMs)
    .map(({ text }) => text)
    .join(' ');

/** Where to go on after a cut: at the start of the word that was cut, when it isn't farther back than `backMs`. */
export const resumePointMs = (chunks: readonly Chunk[], heardMs: number, backMs: number): number => {
  const cut = timedWords(chunks).find((word) => word.startMs <= heardMs && !isOut(word, heardMs));
  const startMs = Math.floor(cut?.startMs ?? heardMs);
  return heardMs - startMs <= backMs ? startMs : heardMs;
};
