import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHUNK_TOKENS, chunkDocument, OVERLAP_TOKENS } from './chunk.js';
import { countTokens } from './tokens.js';

const chunksOf = (...blocks: string[]) => chunkDocument({ blocks, pages: null, parser: 'test' });

const sentence = (n: number) => `Sentence number ${n} says that the shop opens at ${n} o'clock.`;
const sentences = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => sentence(from + n)).join(' ');

/** Where each chunk stands in the text: it must be a slice of it, that begins before the one before it ends. */
const placesOf = (text: string, chunks: readonly string[]) => {
  let end = 0;
  return chunks.map((chunk) => {
    // The white space between two chunks is in neither.
    const latest = end + (/^\s*/.exec(text.slice(end)) as RegExpExecArray)[0].length;
    let start = latest;
    while (start >= 0 && !(text.startsWith(chunk, start) && start + chunk.length > end)) start--;
    const overlap = text.slice(start, Math.max(start, end));
    end = start + chunk.length;
    return { start, end, overlap };
  });
};

const word = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^[a-z]{1,9}[.,!?]?$/) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'naïve',
      'हिन्दी।',
      '営業時間は九時です。',
      '3.50',
      '😀',
      "it's",
      '<|endoftext|>',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }) },
);
const block = fc
  .oneof(
    { weight: 6, arbitrary: fc.array(word, { minLength: 1, maxLength: 120 }) },
    { weight: 1, arbitrary: fc.array(word, { minLength: 400, maxLength: 900 }) },
    {
      weight: 1,
      arbitrary: fc.string({ minLength: 600, maxLength: 3000 }).map((long) => [long.replaceAll(/\s/g, 'x')]),
    },
  )
  .map((words) => words.join(' ').trim())
  .filter((text) => text !== '');

describe('chunks of a document', () => {
  it('are one where the document has up to 512 tokens', () => {
    expect(chunksOf('We open at nine.', 'On Sundays we are closed.')).toEqual([
      'We open at nine.\n\nOn Sundays we are closed.',
    ]);
  });

  it('keep blocks whole', () => {
    const blocks = Array.from({ length: 12 }, (_, n) => sentences(n * 100, 10));
    const chunks = chunksOf(...blocks);
    expect(chunks.length).toBeGreaterThan(2);
    for (const whole of blocks) expect(chunks.some((chunk) => chunk.includes(whole))).toBe(true);
  });

  it('keep a row whole that needs all the room, and repeat less for it', () => {
    const row = (n: number) => Array.from({ length: 80 }, (_, cell) => `c${cell}: ${n}`).join('\n');
    const rows = [row(1), row(2), row(3)];
    expect(countTokens(row(1))).toBeGreaterThan(CHUNK_TOKENS - OVERLAP_TOKENS);
    expect(countTokens(row(1))).toBeLessThanOrEqual(CHUNK_TOKENS);
    expect(chunksOf(...rows).map((chunk, n) => chunk.endsWith(row(n + 1)))).toEqual([true, true, true]);
  });

  it('tear a long block between sentences', () => {
    const chunks = chunksOf(sentences(0, 100));
    expect(chunks.length).toBeGreaterThan(2);
    for (const chunk of chunks) expect(chunk).toMatch(/o'clock\.$/);
  });

  it('begin with the last 50 tokens of the one before', () => {
    const chunks = chunksOf(sentences(0, 100));
    const places = placesOf(sentences(0, 100), chunks);
    for (const { overlap } of places.slice(1)) {
      expect(countTokens(overlap.trim())).toBeLessThanOrEqual(OVERLAP_TOKENS);
      expect(countTokens(overlap.trim())).toBeGreaterThan(OVERLAP_TOKENS - 5);
    }
  });

  it('take what looks like a special token of a model as text', () => {
    expect(chunksOf('Never say <|endoftext|> to a model.')).toEqual(['Never say <|endoftext|> to a model.']);
  });

  it('come soon of a run of letters without end', () => {
    const text = 'x'.repeat(200_000);
    const chunks = chunksOf(text);
    expect(placesOf(text, chunks).at(-1)?.end).toBe(text.length);
  });

  it('are none of a document without text', () => {
    expect(chunksOf()).toEqual([]);
  });

  it('are slices of the text that lose nothing of it, of at most 512 tokens, that overlap by at most 50', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 12 }), (blocks) => {
        const text = blocks.join('\n\n');
        const chunks = chunksOf(...blocks);
        let end = 0;
        for (const place of placesOf(text, chunks)) {
          expect(place.start).toBeGreaterThanOrEqual(0);
          expect(text.slice(end, Math.max(end, place.start)).trim()).toBe('');
          expect(countTokens(text.slice(place.start, place.end))).toBeLessThanOrEqual(CHUNK_TOKENS);
          expect(countTokens(place.overlap.trim())).toBeLessThanOrEqual(OVERLAP_TOKENS);
          end = place.end;
        }
        expect(text.slice(end).trim()).toBe('');
      }),
      { numRuns: 20 },
    );
  });
});
