import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { echoShare } from './echo.js';
import { NEWEST_RULES } from './rules.js';

const RULES = { rules: NEWEST_RULES };
const PLAYED = 'We are open from eight in the morning until six in the evening.';

describe('the share of an echo', () => {
  it('is all of what the agent itself just said, whatever case and punctuation the transcript has', () => {
    expect(echoShare('open from eight in the morning', PLAYED, RULES)).toBe(1);
    expect(echoShare('Open, from EIGHT – in the morning!', PLAYED, RULES)).toBe(1);
  });

  it('forgives words that the recognizer left out or misheard', () => {
    expect(echoShare('we are open eight morning six evening', PLAYED, RULES)).toBe(1);
    expect(echoShare('we are open from ate in the morning', PLAYED, RULES)).toBeCloseTo(7 / 8);
  });

  it('is small for other words, and for the same words in another order', () => {
    expect(echoShare('do you have a table for two', PLAYED, RULES)).toBe(0);
    expect(echoShare('evening six morning', PLAYED, RULES)).toBeCloseTo(1 / 3);
    expect(echoShare('eight eight eight eight', PLAYED, RULES)).toBeCloseTo(1 / 4);
  });

  it('is nothing of nothing', () => {
    expect(echoShare('', PLAYED, RULES)).toBe(0);
    expect(echoShare('hello', '', RULES)).toBe(0);
    expect(echoShare('?!', '?!', RULES)).toBe(0);
  });

  it('is 1 for any words of a text in their order, and never beyond 0 and 1', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(words, words, fc.array(fc.boolean()), (played, other, kept) => {
        const some = played.filter((_, at) => kept[at]);
        expect(echoShare(some.join(' '), played.join(' '), RULES)).toBe(some.length === 0 ? 0 : 1);
        const share = echoShare(other.join(' '), played.join(' '), RULES);
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }),
      { numRuns: runs(300) },
    );
  });
});

describe("the agent's own words, said by the caller", () => {
  const GREETING = 'Good morning, this is the house by the sea. Shall we say Monday at ten?';
  const ENDS_AT_MS = 60 + GREETING.length * 60;
  const says = (
    text: string,
    voice: { fromMs: number; toMs: number },
    finalAtMs: number,
    rules = NEWEST_RULES,
  ) => {
    const call = new Conversation({ settings: { greeting: GREETING, rules }, finalAfterMs: null }).start();
    call.makesNoise(ENDS_AT_MS + voice.fromMs, voice.toMs - voice.fromMs);
    call.at(ENDS_AT_MS + finalAtMs, { type: 'transcript', text, final: true, confidence: 0.9 });
    call.runUntil(ENDS_AT_MS + 4_000);
    return call.of('CallerTurnCommitted').map((turn) => turn.text);
  };

  it.each([8, 7])('answer where they go on after its end for longer than an echo, by rules %i', (rules) => {
    const answered = says('Monday at ten.', { fromMs: -150, toMs: 900 }, 1_300, rules);
    expect(answered).toEqual(rules < 8 ? [] : ['Monday at ten.']);
  });

  it('are its echo where they end with it', () => {
    expect(says('Monday at ten.', { fromMs: -700, toMs: 300 }, 700)).toEqual([]);
  });

  it.each([8, 7])('answer where one of them is known just before its end, by rules %i', (rules) => {
    const answered = says('Monday.', { fromMs: -900, toMs: -500 }, -100, rules);
    expect(answered).toEqual(rules < 8 ? [] : ['Monday.']);
  });

  it('are its echo while it goes on, and where no voice was heard beside it', () => {
    expect(says('Good morning.', { fromMs: -3_600, toMs: -3_200 }, -2_800)).toEqual([]);
    expect(says('Monday.', { fromMs: -4_300, toMs: -4_200 }, -100)).toEqual([]);
  });
});
