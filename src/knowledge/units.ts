import { countTokens } from './tokens.js';

/** From `start` to before `end` in a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span that is kept whole. */
export interface Unit extends Span {
  readonly tokens: number;
}

/** A sentence's end, or a line's. `Intl.Segmenter` takes time by the square of the length: 5 minutes for 2 MB. */
const BETWEEN_SENTENCES = /(?<=[.!?…][\p{Pe}\p{Pf}"']{0,2})\s+|(?<=[。！？।॥؟])\s*|\n/gu;
const BETWEEN_WORDS = /\s+/g;

/** A UTF-16 unit has at most 3 tokens, one a byte: so long a piece of a word has at most 384. */
const PIECE_CHARS = 128;

/** The parts of a text that are kept whole: its blocks where they have at most `maxTokens`, else sentences, else words. */
export const unitsOf = (
  text: string,
  blocks: readonly string[],
  separatorChars: number,
  maxTokens: number,
): readonly Unit[] => {
  const wholeOr = (span: Span, smaller: (span: Span) => readonly Unit[]): readonly Unit[] => {
    const tokens = countTokens(text.slice(span.start, span.end));
    return tokens <= maxTokens ? [{ ...span, tokens }] : smaller(span);
  };
  const pieces = (span: Span) =>
    piecesOf(text, span).map((piece) => ({
      ...piece,
      tokens: countTokens(text.slice(piece.start, piece.end)),
    }));
  const words = (span: Span) => split(text, span, BETWEEN_WORDS).flatMap((word) => wholeOr(word, pieces));
  const sentences = (span: Span) =>
    split(text, span, BETWEEN_SENTENCES).flatMap((sentence) => wholeOr(sentence, words));
  let at = 0;
  return blocks.flatMap((block) => {
    const span = { start: at, end: at + block.length };
    at = span.end + separatorChars;
    return span.start < span.end ? wholeOr(span, sentences) : [];
  });
};

/** What stands between the separators, where that is anything. */
const split = (text: string, { start, end }: Span, separator: RegExp): readonly Span[] => {
  const spans: Span[] = [];
  let from = start;
  for (const { index, 0: between } of text.slice(start, end).matchAll(separator)) {
    spans.push({ start: from, end: start + index });
    from = start + index + between.length;
  }
  spans.push({ start: from, end });
  return spans.filter((span) => span.start < span.end);
};

const piecesOf = (text: string, { start, end }: Span): readonly Span[] => {
  const spans: Span[] = [];
  for (let from = start; from < end; from = (spans.at(-1) as Span).end) {
    const to = Math.min(from + PIECE_CHARS, end);
    // Between the halves of a character is no place for a cut.
    const isWhole = to === end || text.codePointAt(to - 1) === text.charCodeAt(to - 1);
    spans.push({ start: from, end: isWhole ? to : to - 1 });
  }
  return spans;
};
