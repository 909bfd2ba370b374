import type { TimedWord } from '../../providers/text-to-speech.js';

/** A text that was spoken, and what is known of its times but for its words. */
export interface SpokenText {
  readonly text: string;
  readonly words: readonly TimedWord[];
  /** Where the voice begins and ends, as far as anybody can tell without its words. */
  readonly fromMs: number;
  readonly toMs: number;
  /** No word ends later. */
  readonly limitMs: number;
}

/** Where in the text the voice is at a time; between two of them it's taken to be steady. */
interface Anchor {
  readonly at: number;
  readonly ms: number;
}

/** A shorter word that isn't the next one may stand anywhere. */
const SHORTEST_FOUND_CHARS = 3;
/** What is read out ("$105") isn't long; the next word that both know is near. */
const LONGEST_LEAP_CHARS = 60;

const LETTER = /[\p{L}\p{M}\p{N}]/gu;
const ENDS_IN_LETTER = /[\p{L}\p{M}\p{N}]$/u;
const BEGINS_WITH_LETTER = /^[\p{L}\p{M}\p{N}]/u;

/**
 * The text's own words at the times that a provider told. Its words may be cut otherwise, have no punctuation, or be read
 * out ("$5" as "five dollars"): each is looked for behind the one before it, and one that isn't there tells nothing. Times
 * are whole, in order, and between 0 and the limit, whatever the provider said. `null`: none of its words is in the text.
 */
export const alignedWords = (spoken: SpokenText): readonly TimedWord[] | null => {
  const { text, fromMs, toMs } = spoken;
  const told = anchorsOf(spoken);
  const [first, last] = [told[0], told.at(-1)];
  if (!first || !last) return null;
  const anchors = [
    { at: 0, ms: Math.min(Math.max(0, fromMs), first.ms) },
    ...told,
    { at: text.length, ms: Math.max(toMs, last.ms) },
  ];
  return Array.from(text.matchAll(/\S+/g), ({ 0: word, index }) => {
    const { start, end } = lettersWithin(word);
    return { text: word, startMs: msAt(anchors, index + start), endMs: msAt(anchors, index + end) };
  });
};

const anchorsOf = ({ text, words, limitMs }: SpokenText): readonly Anchor[] => {
  const known = lettersOf(text);
  const anchors: Anchor[] = [];
  let from = 0;
  let lastMs = 0;
  const inOrder = (ms: number): number => {
    const told = Number.isFinite(ms) ? Math.round(ms) : lastMs;
    lastMs = Math.max(lastMs, Math.min(told, Math.floor(limitMs)));
    return lastMs;
  };
  for (const word of words) {
    const { letters } = lettersOf(word.text);
    const found = letters === '' ? -1 : find(text, known, letters, from);
    if (found < 0) continue;
    from = found + letters.length;
    anchors.push({ at: known.starts[found] ?? 0, ms: inOrder(word.startMs) });
    anchors.push({ at: known.ends[from - 1] ?? 0, ms: inOrder(word.endMs) });
  }
  return anchors;
};

/** A text's letters and digits in lower case, and where in the text each of them stands. */
interface Letters {
  readonly letters: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const lettersOf = (text: string): Letters => {
  let letters = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: letter, index } of text.matchAll(LETTER)) {
    const lower = letter.toLowerCase();
    letters += lower;
    for (let n = 0; n < lower.length; n++) {
      starts.push(index);
      ends.push(index + letter.length);
    }
  }
  return { letters, starts, ends };
};

const find = (text: string, { letters, starts, ends }: Letters, word: string, from: number): number => {
  if (letters.startsWith(word, from)) return from;
  if (word.length < SHORTEST_FOUND_CHARS) return -1;
  const within = letters.slice(0, from + LONGEST_LEAP_CHARS + word.length);
  for (let at = within.indexOf(word, from); at >= 0; at = within.indexOf(word, at + 1)) {
    const before = text.slice(0, starts[at]);
    const after = text.slice(ends[at + word.length - 1]);
    if (!ENDS_IN_LETTER.test(before) && !BEGINS_WITH_LETTER.test(after)) return at;
  }
  return -1;
};

/** A word without the punctuation around it: that takes no time, or a pause. */
const lettersWithin = (word: string): { start: number; end: number } => {
  const { starts, ends } = lettersOf(word);
  return { start: starts[0] ?? 0, end: ends.at(-1) ?? word.length };
};

const msAt = (anchors: readonly Anchor[], at: number): number => {
  const next = Math.max(
    1,
    anchors.findIndex((anchor) => anchor.at >= at),
  );
  const [from, to] = [anchors[next - 1], anchors[next]];
  if (!from || !to) return 0;
  const share = to.at === from.at ? 1 : (at - from.at) / (to.at - from.at);
  return Math.round(from.ms + share * (to.ms - from.ms));
};
