import type { Chunk } from './state.js';

/** Speech takes about so long a character: for a chunk whose length isn't known yet. */
const MS_A_CHARACTER = 65;

interface Word {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Where a chunk's voice lies in the reply, without its silence before and after. */
const voiceOf = (chunk: Chunk, startMs: number): { fromMs: number; toMs: number } => {
  const estimateMs = chunk.text.trim().length * MS_A_CHARACTER;
  const lengthMs = chunk.done ? chunk.ms : Math.max(chunk.ms, estimateMs);
  const fromMs = startMs + chunk.leadMs;
  return { fromMs, toMs: Math.max(fromMs, startMs + lengthMs - chunk.tailMs) };
};

/** The reply's words with their times: spread over each chunk's voice by their characters, since nobody tells better. */
export const timedWords = (chunks: readonly Chunk[]): readonly Word[] => {
  const words: Word[] = [];
  let startMs = 0;
  for (const chunk of chunks) {
    // Without audio it was never said.
    if (chunk.done && chunk.ms === 0) continue;
    const { fromMs, toMs } = voiceOf(chunk, startMs);
    const text = chunk.text.trim();
    const msPerCharacter = (toMs - fromMs) / Math.max(1, text.length);
    for (const match of text.matchAll(/\S+/g)) {
      const wordFromMs = fromMs + match.index * msPerCharacter;
      words.push({
        text: match[0],
        startMs: wordFromMs,
        endMs: wordFromMs + match[0].length * msPerCharacter,
      });
    }
    // The next chunk is played once this one is whole.
    if (!chunk.done) break;
    startMs += chunk.ms;
  }
  return words;
};

/** Half a millisecond: the last word of a chunk ends where the chunk does, but for the rounding. */
const isOut = ({ endMs }: Word, heardMs: number): boolean => endMs <= heardMs + 0.5;

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
