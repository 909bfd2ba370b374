import { hasWords } from './words.js';

/** The first piece is a clause, so that the voice begins early; its length keeps it from sounding chopped. */
const FIRST_CLAUSE_CHARS = 20;
/** No sentence at all, as in a list: cut at a word after so many characters. */
const LONGEST_CHUNK_CHARS = 240;

/** A full stop behind these ends nothing. */
const ABBREVIATION = /(?:^|[\s("])(?:dr|mr|mrs|ms|st|vs|no|approx|e\.g|i\.e|z\.b|bzw|nr|str|[a-z])\.$/i;

const SENTENCE_END = /[.!?]["”')\]]*(?=\s)|[。！？।]/gu;
const CLAUSE_END = /[.!?,;:]["”')\]]*(?=\s)|\s[–—](?=\s)|[。！？।，、；]/gu;

/**
 * The end of the first piece that is long enough, or −1. What follows must be there already: "$29." may become "$29.99".
 * A piece has words: voices fail at an emoji or a bracket alone.
 */
const cutAt = (text: string, boundary: RegExp, minChars: number): number => {
  for (const match of text.matchAll(boundary)) {
    const end = match.index + match[0].length;
    const piece = text.slice(0, end);
    if (end >= minChars && hasWords(piece) && !ABBREVIATION.test(piece)) return end;
  }
  return -1;
};

/** The end of the last whole word within the longest chunk; −1: there isn't so much text, or no word in it. */
const cutLong = (text: string, longest: number): number => {
  if (text.length <= longest) return -1;
  const space = text.slice(0, longest + 1).search(/\s\S*$/);
  return [space, longest].find((end) => end > 0 && hasWords(text.slice(0, end))) ?? -1;
};

/**
 * The next piece of a text that is still growing: the first clause, then sentences. `complete`: nothing follows, so the
 * rest is a piece, unless it has no words. `null`: wait for more.
 */
export const nextChunk = (text: string, isFirst: boolean, complete: boolean): string | null => {
  const longest = text.search(/\S/) + LONGEST_CHUNK_CHARS;
  const end = isFirst ? cutAt(text, CLAUSE_END, FIRST_CLAUSE_CHARS) : cutAt(text, SENTENCE_END, 1);
  if (end > 0 && end <= longest) return text.slice(0, end);
  const wordEnd = cutLong(text, longest);
  if (wordEnd > 0) return text.slice(0, wordEnd);
  return complete && hasWords(text) ? text : null;
};
