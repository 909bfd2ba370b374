import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { echoShare } from './echo.js';

const PLAYED = 'We are open from eight in the morning until six in the evening.';

describe('the share of an echo', () => {
  it('is all of what the agent itself just said, whatever case and punctuation the transcript has', () => {
    expect(echoShare('open from eight in the morning', PLAYED)).toBe(1);
    expect(echoShare('Open, from EIGHT – in the morning!', PLAYED)).toBe(1);
  });

  it('forgives words that the recognizer left out or misheard', () => {
    expect(echoShare('we are open eight morning six evening', PLAYED)).toBe(1);
    expect(echoShare('we are open from ate in the morning', PLAYED)).toBeCloseTo(7 / 8);
  });

  it('is small for other words, and for the same words in another order', () => {
    expect(echoShare('do you have a table for two', PLAYED)).toBe(0);
    expect(echoShare('evening six morning', PLAYED)).toBeCloseTo(1 / 3);
    expect(echoShare('eight eight eight eight', PLAYED)).toBeCloseTo(1 / 4);
  });

  it('is nothing of nothing', () => {
    expect(echoShare('', PLAYED)).toBe(0);
    expect(echoShare('hello', '')).toBe(0);
    expect(echoShare('?!', '?!')).toBe(0);
  });

  it('is 1 for any words of a text in their order, and never beyond 0 and 1', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(words, words, fc.array(fc.boolean()), (played, other, kept) => {
        const some = played.filter((_, at) => kept[at]);
        expect(echoShare(some.join(' '), played.join(' '))).toBe(some.length === 0 ? 0 : 1);
        const share = echoShare(other.join(' '), played.join(' '));
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }),
      { numRuns: runs(300) },
    );
  });
});
