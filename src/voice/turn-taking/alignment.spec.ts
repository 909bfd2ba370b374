import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import type { TimedWord } from '../../providers/text-to-speech.js';
import { alignedWords } from './alignment.js';
import { heardText, resumePointMs } from './heard.js';
import type { Chunk } from './state.js';

/** `said` begins at each of the times and lasts 200 ms. */
const said = (words: Readonly<Record<string, number>>): readonly TimedWord[] =>
  Object.entries(words).map(([text, startMs]) => ({ text, startMs, endMs: startMs + 200 }));

const aligned = (text: string, words: readonly TimedWord[]) =>
  alignedWords({ text, words, fromMs: 0, toMs: 5_000, limitMs: 5_000 });

const chunk = (text: string, ms: number, more: Partial<Chunk> = {}): Chunk => ({
  text,
  ms,
  leadMs: 0,
  tailMs: 0,
  done: true,
  ...more,
});

describe("a provider's alignment", () => {
  it("gives the text's own words the provider's times, punctuation included", () => {
    expect(aligned('Well — hello, Dave.', said({ Well: 100, hello: 900, dave: 1_300 }))).toEqual([
      { text: 'Well', startMs: 100, endMs: 300 },
      { text: '—', startMs: 500, endMs: 700 },
      { text: 'hello,', startMs: 900, endMs: 1_100 },
      { text: 'Dave.', startMs: 1_300, endMs: 1_500 },
    ]);
  });

  it('joins what the provider cut, and cuts what it joined', () => {
    expect(aligned('Twenty-five it is.', said({ twenty: 0, five: 300, itis: 600 }))).toEqual([
      { text: 'Twenty-five', startMs: 0, endMs: 500 },
      { text: 'it', startMs: 600, endMs: 680 },
      { text: 'is.', startMs: 720, endMs: 800 },
    ]);
  });

  it('finds its way again behind what was read out', () => {
    const words = said({ That: 0, is: 250, five: 500, dollars: 800, a: 1_100, night: 1_500, please: 1_800 });
    const timed = aligned('That is $5 / night, please.', words);
    expect(timed?.map(({ text }) => text)).toEqual(['That', 'is', '$5', '/', 'night,', 'please.']);
    expect(timed?.[4]).toEqual({ text: 'night,', startMs: 1_500, endMs: 1_700 });
    expect(timed?.[2]?.startMs).toBeGreaterThanOrEqual(450);
    expect(timed?.[2]?.endMs).toBeLessThanOrEqual(1_500);
  });

  it('does not leap to a small word that also stands elsewhere', () => {
    const words = said({ Costs: 0, a: 300, hundred: 600, dollars: 900, for: 1_200, A: 1_500, table: 1_800 });
    expect(aligned('Costs $100 for a table.', words)?.slice(2)).toEqual([
      { text: 'for', startMs: 1_200, endMs: 1_400 },
      { text: 'a', startMs: 1_500, endMs: 1_700 },
      { text: 'table.', startMs: 1_800, endMs: 2_000 },
    ]);
  });

  it('takes no word for another one that only contains it', () => {
    const timed = aligned('Tell anybody there, any day.', said({ Tell: 0, any: 1_000 }));
    expect(timed?.[1]?.startMs).toBe(1_000);
    expect(aligned('Sell anybody there, any day.', said({ any: 1_000 }))?.[3]?.startMs).toBe(1_000);
  });

  it('tells nothing where it is about another text', () => {
    expect(aligned('Good evening.', said({ Guten: 0, Abend: 300 }))).toBeNull();
    expect(aligned('Good evening.', [])).toBeNull();
  });

  it('counts a letter of two units, and one that has two in lower case', () => {
    expect(aligned('𝒜 İzmir.', said({ 𝒜: 0, İzmir: 300 }))).toEqual([
      { text: '𝒜', startMs: 0, endMs: 200 },
      { text: 'İzmir.', startMs: 300, endMs: 500 },
    ]);
  });
});

describe('what was heard, by an alignment', () => {
  /** The voice lingers on the first word: by characters it would end at 571 ms. */
  const words = said({ Well: 1_000, hello: 1_300 });
  const slow = chunk('Well, hello.', 2_000, { words });

  it('is each word that had ended', () => {
    expect(heardText([slow], 1_199)).toBe('');
    expect(heardText([slow], 1_200)).toBe('Well,');
    expect(heardText([slow], 1_500)).toBe('Well, hello.');
  });

  it("goes on in the next chunk's own audio", () => {
    const chunks = [slow, chunk(' How are you?', 1_000, { words: said({ How: 0, are: 300, you: 600 }) })];
    expect(heardText(chunks, 2_199)).toBe('Well, hello.');
    expect(heardText(chunks, 2_200)).toBe('Well, hello. How');
  });

  it('is estimated by the usual pace for the words that are not timed yet', () => {
    const made = chunk('Well, hello there.', 1_300, { words: words.slice(0, 1), done: false });
    expect(heardText([made], 1_200)).toBe('Well,');
    expect(heardText([made], 1_300)).toBe('Well,');
    expect(heardText([made], 3_000)).toBe('Well, hello there.');
  });

  it('lets the agent go on at the start of the word that was cut', () => {
    expect(resumePointMs([slow], 1_400, 300)).toBe(1_300);
    expect(resumePointMs([slow], 1_250, 300)).toBe(1_250);
  });

  const text = fc.array(fc.stringMatching(/^[a-z]{1,8}[.,]?$/), { minLength: 1, maxLength: 10 });
  const anyMs = fc.oneof(
    fc.integer({ min: -500, max: 5_000 }),
    fc.double({ min: -1_000, max: 1e9, noNaN: true }),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
  );
  const anyWord = (of: readonly string[]) =>
    fc.record({
      text: fc.oneof(fc.constantFrom(...of), fc.string({ maxLength: 6 })),
      startMs: anyMs,
      endMs: anyMs,
    });
  const made = text.chain((of) =>
    fc
      .record({ frames: fc.integer({ min: 1, max: 200 }), words: fc.array(anyWord(of), { maxLength: 15 }) })
      .map(({ frames, words }) => chunk(of.join(' '), frames * 20, { words })),
  );
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 10 });

  it('is ever more of the text, from none to all, whatever the provider told', () => {
    fc.assert(
      fc.property(fc.array(made, { minLength: 1, maxLength: 4 }), shares, (chunks, at) => {
        const all = chunks.map((one) => one.text).join(' ');
        const totalMs = chunks.reduce((sum, { ms }) => sum + ms, 0);
        let before = '';
        for (const share of [...at.toSorted((a, b) => a - b), 1]) {
          const heard = heardText(chunks, Math.round(totalMs * share));
          expect(all.startsWith(heard)).toBe(true);
          expect(heard.startsWith(before)).toBe(true);
          before = heard;
        }
        expect(before).toBe(all);
      }),
      { numRuns: runs(500) },
    );
  });

  it('is the same where the agent goes on: nothing heard is said again, and nothing is left out', () => {
    fc.assert(
      fc.property(made, fc.double({ min: 0, max: 1, noNaN: true }), (one, share) => {
        const heardMs = Math.round(one.ms * share);
        const fromMs = resumePointMs([one], heardMs, 300);
        expect(fromMs).toBeLessThanOrEqual(heardMs);
        expect(heardText([one], fromMs)).toBe(heardText([one], heardMs));
      }),
      { numRuns: runs(500) },
    );
  });

  it('never has a word too many while the chunk is being made', () => {
    fc.assert(
      fc.property(made, fc.nat(6_000), (one, heardMs) => {
        const heard = heardText([{ ...one, done: false }], heardMs);
        expect(one.text.startsWith(heard)).toBe(true);
      }),
      { numRuns: runs(500) },
    );
  });
});
