import { wordsOf } from './words.js';

/** The length of the longest common subsequence: how many words of `heard` stand in `played`, in order. */
const inOrder = (heard: readonly string[], played: readonly string[]): number => {
  let row = new Array<number>(played.length + 1).fill(0);
  for (const word of heard) {
    const next = [0];
    for (const [at, other] of played.entries()) {
      const best = word === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0);
      next.push(best);
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** How much of a transcript stands, in order, in what the agent just said: 0 to 1. */
export const echoShare = (transcript: string, played: string): number => {
  const heard = wordsOf(transcript);
  return heard.length === 0 ? 0 : inOrder(heard, wordsOf(played)) / heard.length;
};
