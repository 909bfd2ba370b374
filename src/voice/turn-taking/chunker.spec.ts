import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { nextChunk } from './chunker.js';

/** All pieces of a text that comes as deltas, as a reply asks for them. */
const chunksOf = (...deltas: readonly string[]): readonly string[] => {
  const chunks: string[] = [];
  let rest = '';
  const take = (complete: boolean): void => {
    for (;;) {
      const chunk = nextChunk(rest, chunks.length === 0, complete);
      if (chunk === null) return;
      chunks.push(chunk);
      rest = rest.slice(chunk.length);
    }
  };
  for (const delta of deltas) {
    rest += delta;
    take(false);
  }
  take(true);
  return chunks;
};

describe('the pieces of a text', () => {
  it('are the first clause, then sentences', () => {
    expect(
      chunksOf(
        'We are open every day, from eight to six, also on Sundays. Come in! Or call us, if you like.',
      ),
    ).toEqual([
      'We are open every day,',
      ' from eight to six, also on Sundays.',
      ' Come in!',
      ' Or call us, if you like.',
    ]);
  });

  it('begin with twenty characters at least, or with all there is', () => {
    expect(chunksOf('Yes, of course, we do, gladly. Bye.')[0]).toBe('Yes, of course, we do,');
    expect(chunksOf('Yes, of course.')).toEqual(['Yes, of course.']);
  });

  it('may begin before a dash', () => {
    expect(chunksOf('There are two tables left – one outside')[0]).toBe('There are two tables left –');
  });

  it('wait for what follows a full stop: "$29." may become "$29.99"', () => {
    expect(nextChunk('The small one costs $29.', true, false)).toBeNull();
    expect(nextChunk('The small one costs $29.99', true, false)).toBeNull();
    expect(nextChunk('The small one costs $29.99 now. Or', true, false)).toBe(
      'The small one costs $29.99 now.',
    );
    expect(nextChunk('The small one costs $29. Or', true, false)).toBe('The small one costs $29.');
  });

  it('take a quotation mark or a bracket along', () => {
    expect(chunksOf('He said that "we are open." (So he said.) Fine.')).toEqual([
      'He said that "we are open."',
      ' (So he said.)',
      ' Fine.',
    ]);
  });

  it.each([
    'Please ask for Dr. Miller at the front desk',
    'It takes approx. two hours to get there by car',
    'We have cakes, e.g. apple pie, and also bread',
    'Das geht bei uns z.B. am Montag um neun Uhr',
    'The author was called J. R. R. Tolkien of old',
  ])('do not end at an abbreviation: %s', (text) => {
    expect(chunksOf('This is a first sentence.', ` ${text}. `, 'Next one.')).toEqual([
      'This is a first sentence.',
      ` ${text}.`,
      ' Next one.',
    ]);
  });

  it('end at Chinese, Japanese and Hindi punctuation, which no space follows', () => {
    expect(chunksOf('我们每天早上八点开门，晚上六点关门，周日也一样。欢迎光临！您想预订吗？')).toEqual([
      '我们每天早上八点开门，晚上六点关门，周日也一样。',
      '欢迎光临！',
      '您想预订吗？',
    ]);
    expect(chunksOf('営業時間は朝の八時から夕方の六時までとなっております、日曜も。どうぞ。')).toEqual([
      '営業時間は朝の八時から夕方の六時までとなっております、',
      '日曜も。',
      'どうぞ。',
    ]);
    expect(chunksOf('हम हर दिन सुबह आठ बजे खुलते हैं। आइए।')).toEqual(['हम हर दिन सुबह आठ बजे खुलते हैं।', ' आइए।']);
  });

  it('are cut at a word where no sentence ends', () => {
    const list = 'apples and pears and '.repeat(40).trim();
    const chunks = chunksOf(list);
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks) {
      expect(chunk.trim().length).toBeLessThanOrEqual(240);
      expect(chunk).toMatch(/^ ?(apples|and|pears).*(apples|and|pears)$/);
    }
    expect(chunks.join('')).toBe(list);
  });

  it('have something to be spoken: no emoji or bracket stands alone', () => {
    expect(chunksOf('That is wonderful to hear! 😊')).toEqual(['That is wonderful to hear!']);
    expect(chunksOf('「はい、そうです、わかりました、ありがとうございます。」')).toEqual([
      '「はい、そうです、わかりました、ありがとうございます。',
    ]);
    expect(chunksOf('Wonderful, that is settled. – . Bye.')).toEqual([
      'Wonderful, that is settled.',
      ' – . Bye.',
    ]);
    expect(chunksOf('…')).toEqual([]);
    expect(chunksOf(' ', '\n')).toEqual([]);
  });

  const word = fc.constantFrom(
    'a',
    'open',
    'Dr',
    '$29',
    '99',
    'no',
    'z.B',
    'हैं',
    '六時',
    'Öffnungszeiten',
    '😊',
  );
  const gap = fc.oneof(
    { weight: 9, arbitrary: fc.constant(' ') },
    fc.constantFrom('. ', '.', ', ', '! ', '。', '।', '，', '.) ', '\n', ' – ', '…', '  ', ''),
  );
  const text = fc
    .array(fc.tuple(word, gap), { maxLength: 150, size: 'max' })
    .map((pairs) => pairs.flat().join(''))
    .filter((whole) => whole.length > 0);

  it('are the same however the text comes in', () => {
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (whole, sizes) => {
        const deltas: string[] = [];
        for (let at = 0, n = 0; at < whole.length; n++) {
          const size = sizes[n % sizes.length] ?? 1;
          deltas.push(whole.slice(at, at + size));
          at += size;
        }
        expect(chunksOf(...deltas)).toEqual(chunksOf(whole));
      }),
      { numRuns: runs(400) },
    );
  });

  it('are the text, but for an end that can not be spoken', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const chunks = chunksOf(whole);
        expect(whole.startsWith(chunks.join(''))).toBe(true);
        expect(whole.slice(chunks.join('').length)).not.toMatch(/[\p{L}\p{N}]/u);
        for (const chunk of chunks) {
          expect(chunk).toMatch(/[\p{L}\p{N}]/u);
          expect(chunk.trim().length).toBeLessThanOrEqual(240);
        }
      }),
      { numRuns: runs(400) },
    );
  });
});
