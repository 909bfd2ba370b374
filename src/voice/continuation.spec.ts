import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Continuation } from './continuation.js';

const SAID = 'We are open from eight in the morning,';

const through = (said: string, deltas: readonly string[]): string => {
  const continuation = new Continuation(said);
  const texts = deltas.map((delta) => continuation.push(delta));
  return [...texts, continuation.end()].join('').trim();
};

describe("another model's continuation", () => {
  it.each([
    ['goes on', [' and until', ' six.'], 'and until six.'],
    [
      'begins again from the start',
      ['We are open from ', 'eight in the morning, and until six.'],
      'and until six.',
    ],
    [
      'begins again in other capitals and spaces',
      ['we are  open\nfrom eight in the morning, until six'],
      'until six',
    ],
    ['repeats the last words', ['in the morning,', ' and until six.'], 'and until six.'],
    ['begins with a word that was said', ['We', ' close at six.'], 'We close at six.'],
    ['says the beginning alone', ['We are open from', ' eight'], ''],
    ['says everything once more, and nothing else', [SAID], ''],
    ['says nothing', [], ''],
  ])('that %s', (_, deltas, rest) => {
    expect(through(SAID, deltas)).toBe(rest);
  });

  it('comes without delay once it is clear that nothing is repeated', () => {
    expect(new Continuation(SAID).push('and until six.')).toBe('and until six.');
  });

  it('loses nothing that is new, and repeats nothing, however it is cut', () => {
    const word = fc.constantFrom('we', 'are', 'open', 'today', 'until', 'six');
    const words = fc.array(word, { minLength: 1, maxLength: 8 }).map((list) => list.join(' '));
    fc.assert(
      fc.property(words, words, fc.array(fc.nat(40), { maxLength: 6 }), (said, rest, cuts) => {
        const whole = `${said} and ${rest}`;
        const ends = [...cuts, whole.length].sort((a, b) => a - b);
        const deltas = ends.map((end, at) => whole.slice(ends[at - 1] ?? 0, end));
        expect(through(said, deltas)).toBe(`and ${rest}`);
      }),
    );
  });
});
