import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { heardText, resumePointMs, wordsBetween } from './heard.js';
import type { Chunk } from './state.js';

const chunk = (text: string, ms: number, more: Partial<Chunk> = {}): Chunk => ({
  text,
  ms,
  leadMs: 0,
  tailMs: 0,
  done: true,
  ...more,
});

/** 100 ms a character: "Hello" ends at 500 ms, "there." lies from 600 to 1,200 ms. */
const hello = chunk('Hello there.', 1_200);

describe('what was heard', () => {
  it('is nothing where nothing was played', () => {
    expect(heardText([hello], 0)).toBe('');
    expect(heardText([], 1_000)).toBe('');
    expect(heardText([chunk('Hello there.', 0, { done: false })], 0)).toBe('');
  });

  it('is each word whose end was played', () => {
    expect(heardText([hello], 499)).toBe('');
    expect(heardText([hello], 500)).toBe('Hello');
    expect(heardText([hello], 1_199)).toBe('Hello');
    expect(heardText([hello], 1_200)).toBe('Hello there.');
  });

  it('goes on in the next chunk', () => {
    const chunks = [hello, chunk(' How are you?', 1_200)];
    expect(heardText(chunks, 1_500)).toBe('Hello there. How');
    expect(heardText(chunks, 2_400)).toBe('Hello there. How are you?');
  });

  it('does not count the silence that a chunk begins and ends with as words', () => {
    const chunks = [chunk('Hello there.', 1_700, { leadMs: 200, tailMs: 300 })];
    expect(heardText(chunks, 699)).toBe('');
    expect(heardText(chunks, 700)).toBe('Hello');
    expect(heardText(chunks, 1_400)).toBe('Hello there.');
  });

  it('is estimated by the usual pace while a chunk is still being made', () => {
    const chunks = [chunk('Hello there.', 300, { done: false })];
    // 12 characters take about 780 ms, of which 300 are there.
    expect(heardText(chunks, 300)).toBe('');
    expect(heardText([chunk('Hello there.', 340, { done: false })], 340)).toBe('Hello');
  });

  it('has nothing of a chunk that never became audio', () => {
    const chunks = [hello, chunk(' How are you?', 0), chunk(' Well?', 500)];
    expect(heardText(chunks, 1_200)).toBe('Hello there.');
    expect(heardText(chunks, 1_700)).toBe('Hello there. Well?');
  });
});

describe('the words of a window', () => {
  it('are those that were playing in it, also in part', () => {
    const chunks = [hello, chunk(' How are you?', 1_200)];
    expect(wordsBetween(chunks, 550, 1_250)).toBe('there. How');
    expect(wordsBetween(chunks, 700, 700)).toBe('there.');
    expect(wordsBetween(chunks, 550, 560)).toBe('');
  });
});

describe('the point to go on from', () => {
  it('is the start of the word that was cut', () => {
    expect(resumePointMs([hello], 850, 300)).toBe(600);
    expect(resumePointMs([hello], 900, 300)).toBe(600);
  });

  it('is the cut itself where the word began too long ago, or between words', () => {
    expect(resumePointMs([hello], 901, 300)).toBe(901);
    expect(resumePointMs([hello], 550, 300)).toBe(550);
    expect(resumePointMs([hello], 1_200, 300)).toBe(1_200);
  });

  const word = fc.stringMatching(/^[a-z]{1,12}[.,]?$/);
  const made = fc
    .record({
      words: fc.array(word, { minLength: 1, maxLength: 12 }),
      frames: fc.integer({ min: 1, max: 300 }),
      lead: fc.nat(100),
      tail: fc.nat(100),
    })
    .map(({ words, frames, lead, tail }) => {
      const leadMs = Math.floor((frames * lead) / 200) * 20;
      const tailMs = Math.floor((frames * tail) / 200) * 20;
      return chunk(` ${words.join(' ')}`, frames * 20, { leadMs, tailMs });
    });
  const reply = fc.array(made, { minLength: 1, maxLength: 5 });
  const totalMs = (chunks: readonly Chunk[]): number => chunks.reduce((sum, { ms }) => sum + ms, 0);
  const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);

  it('lies within the word that was cut: nothing heard is said again, and nothing is left out', () => {
    fc.assert(
      fc.property(reply, fc.double({ min: 0, max: 1, noNaN: true }), (chunks, share) => {
        const heardMs = Math.round(totalMs(chunks) * share);
        const fromMs = resumePointMs(chunks, heardMs, 300);
        expect(fromMs).toBeLessThanOrEqual(heardMs);
        expect(fromMs).toBeGreaterThanOrEqual(heardMs - 300);
        expect(Number.isInteger(fromMs)).toBe(true);
        expect(heardText(chunks, fromMs)).toBe(heardText(chunks, heardMs));
      }),
      { numRuns: runs(500) },
    );
  });

  it('lies in a text of which ever more words are heard, from none to all', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (chunks, shares) => {
        const all = wordsOf(chunks.map(({ text }) => text).join(''));
        const points = [0, ...shares.toSorted((a, b) => a - b), 1];
        const heard = points.map((share) => wordsOf(heardText(chunks, Math.round(totalMs(chunks) * share))));
        for (const [at, words] of heard.entries()) {
          expect(words).toEqual(all.slice(0, words.length));
          expect(words.length).toBeGreaterThanOrEqual(heard[at - 1]?.length ?? 0);
        }
        expect(heard.at(-1)).toEqual(all);
      }),
      { numRuns: runs(500) },
    );
  });
});
