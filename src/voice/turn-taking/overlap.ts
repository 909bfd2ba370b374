/** So many of the first words of what is heard are so many of the first ones of what is known. */
export interface Overlap {
  readonly heard: number;
  readonly known: number;
}

interface Candidate extends Overlap {
  /** Words that only one of them has, or others in their place. */
  readonly errors: number;
}

const none: Overlap = { heard: 0, known: 0 };

/**
 * How far the beginning of what is heard says what is known, by the words of both. Recognizers differ: up to half of the
 * words may be others, too many or missing. The last one must be the same, so that no new one is taken for it. `isCut`: the
 * beginning of what is known may be out of hearing.
 */
export const overlapOf = (heard: readonly string[], known: readonly string[], isCut = false): Overlap => {
  const [best] = candidatesOf(heard, known, isCut).sort(
    (a, b) => a.errors - b.errors || b.known - a.known || a.heard - b.heard,
  );
  return best ?? none;
};

/** Each pair of words that are the same, by the edit distance of what stands before them. */
const candidatesOf = (heard: readonly string[], known: readonly string[], isCut: boolean): Candidate[] => {
  const candidates: Candidate[] = [];
  let above = Array.from({ length: heard.length + 1 }, (_, count) => count);
  for (const [at, word] of known.entries()) {
    const row = [isCut ? 0 : at + 1];
    for (const [to, other] of heard.entries()) {
      const isSame = areAlike(word, other);
      const before = above[to] ?? 0;
      row.push(Math.min(isSame ? before : before + 1, (above[to + 1] ?? 0) + 1, (row[to] ?? 0) + 1));
      // What isn't heard yet may still come, unless something else did.
      const missing = to + 1 < heard.length ? known.length - at - 1 : 0;
      const errors = before + missing;
      if (isSame && 2 * errors <= at + 1 + missing) candidates.push({ heard: to + 1, known: at + 1, errors });
    }
    above = row;
  }
  return candidates;
};

/** Shorter words are others with one other letter, and so are numbers. */
const SHORTEST_MISHEARD = 4;

/** The same word, or one that a recognizer may have written for it: one letter more, less, or another one. */
const areAlike = (a: string, b: string): boolean => {
  if (a === b) return true;
  const longest = Math.max(a.length, b.length);
  if (Math.min(a.length, b.length) < SHORTEST_MISHEARD || /\p{N}/u.test(a + b)) return false;
  let start = 0;
  while (start < longest && a[start] === b[start]) start++;
  let end = 0;
  while (end < longest - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return a.length - start - end <= 1 && b.length - start - end <= 1;
};
