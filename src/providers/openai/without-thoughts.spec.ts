import { describe, expect, it } from '@jest/globals';
import { WithoutThoughts } from './without-thoughts.js';

/** What is left of a text that comes in pieces of so many characters. */
const leftOf = (text: string, chars: number, isThinking = false): string => {
  const answer = new WithoutThoughts(isThinking);
  const pieces = text.match(new RegExp(`.{1,${chars}}`, 'gs')) ?? [];
  return pieces.map((piece) => answer.push(piece)).join('') + answer.end();
};

describe('what a model thinks before it answers', () => {
  it.each([
    ['<think>They ask for the hours.</think>\n\nWe are open.', '\n\nWe are open.'],
    ['\n<think>\n\n</think>\n\nWe are open.', '\n\nWe are open.'],
    ['<think>They ask for', ''],
    ['We are open.', 'We are open.'],
    ['  We <think> so.</think>', '  We <think> so.</think>'],
    ['<thin ice', '<thin ice'],
    ['<th', '<th'],
    ['', ''],
  ])('is no part of the answer: %j', (text, answer) => {
    for (const chars of [1, 2, 5, 100]) expect(leftOf(text, chars)).toBe(answer);
  });

  it.each([
    ['They ask for the hours.</think>\n\nWe are open.', '\n\nWe are open.'],
    ['<think>They ask for the hours.</think>\n\nWe are open.', '\n\nWe are open.'],
    ['</think>We </think>are open.', 'We </think>are open.'],
    ['They ask for', ''],
  ])('is none where the prompt has begun it: %j', (text, answer) => {
    for (const chars of [1, 2, 5, 100]) expect(leftOf(text, chars, true)).toBe(answer);
  });
});
