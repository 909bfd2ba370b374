import type { ParsedDocument } from './parse.js';
import { countTokens } from './tokens.js';
import { type Span, type Unit, unitsOf } from './units.js';

export const CHUNK_TOKENS = 512;
export const OVERLAP_TOKENS = 50;

const BETWEEN_BLOCKS = '\n\n';

/** No word of a language is as long: a look this far back finds the last 50 tokens. */
const OVERLAP_CHARS = OVERLAP_TOKENS * 16;

const words = new Intl.Segmenter(undefined, { granularity: 'word' });

/**
 * The document in pieces of at most `CHUNK_TOKENS`, each a slice of its text. Blocks stay whole where they fit, else
 * sentences, else words. A chunk begins with the last words of the one before, up to `OVERLAP_TOKENS` of them: fewer
 * where the block behind them needs the room.
 *
 * Takes a second for 2 MB: `chunkAside` does it in a thread.
 */
export const chunkDocument = ({ blocks }: ParsedDocument): readonly string[] => {
  const text = blocks.join(BETWEEN_BLOCKS);
  const units = unitsOf(text, blocks, BETWEEN_BLOCKS.length, CHUNK_TOKENS);
  const chunks: Span[] = [];
  for (let next = 0; next < units.length; ) {
    const first = units[next] as Unit;
    const start = startOf(text, chunks.at(-1), first);
    const count = fitting(text, start, units, next);
    chunks.push({ start, end: (units[next + count - 1] as Span).end });
    next += count;
  }
  return chunks.map(({ start, end }) => text.slice(start, end));
};

/** How many units from `next` on go into a chunk that begins at `start`: at least one. */
const fitting = (text: string, start: number, units: readonly Unit[], next: number): number => {
  const tokensTo = (count: number) => countTokens(text.slice(start, (units[next + count - 1] as Unit).end));
  let tokens = tokensTo(1);
  let count = 1;
  for (; next + count < units.length; count++) {
    const unit = units[next + count] as Unit;
    tokens += unit.tokens + (text.startsWith(BETWEEN_BLOCKS, unit.start - BETWEEN_BLOCKS.length) ? 1 : 0);
    if (tokens > CHUNK_TOKENS) break;
  }
  // Side by side, texts may have a token more or less than each alone.
  while (count > 1 && tokensTo(count) > CHUNK_TOKENS) count--;
  return count;
};

/** Where a chunk begins that has to hold `unit`: in the chunk before, as far back as there is room for. */
const startOf = (text: string, before: Span | undefined, unit: Unit): number => {
  if (!before) return unit.start;
  const room = Math.min(OVERLAP_TOKENS, CHUNK_TOKENS - unit.tokens);
  const fits = (start: number): boolean =>
    countTokens(text.slice(start, before.end)) <= room &&
    countTokens(text.slice(start, unit.end)) <= CHUNK_TOKENS;
  return lastWords(text, before, room).find(fits) ?? unit.start;
};

/** Where the last words of a chunk begin that together have about so many tokens, the earliest first. */
const lastWords = (text: string, { start, end }: Span, tokens: number): readonly number[] => {
  const tail = text.slice(Math.max(start, end - OVERLAP_CHARS), end);
  const spans = [...words.segment(tail)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ index, segment }) => ({ start: index, end: index + segment.length }));
  const starts: number[] = [];
  let left = tokens;
  for (let n = spans.length - 1; n > 0 && left > 0; n--) {
    const { start: wordStart, end: wordEnd } = spans[n] as Span;
    // With the space before it, as a word is counted in its sentence.
    left -= countTokens(tail.slice((spans[n - 1] as Span).end, wordEnd));
    starts.unshift(end - tail.length + wordStart);
  }
  return starts;
};
