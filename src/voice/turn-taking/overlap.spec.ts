import { describe, expect, it } from '@jest/globals';
import { overlapOf } from './overlap.js';
import { wordsOf } from './words.js';

describe('what is heard again', () => {
  const newOf = (known: string, heard: string, isCut = false): string => {
    const words = wordsOf(heard);
    return words.slice(overlapOf(words, wordsOf(known), isCut).heard).join(' ');
  };

  it.each([
    ['is the same words', 'A table for two', 'a table, for two', ''],
    ['has newer words behind it', 'A table for two', 'A table for two at eight.', 'at eight'],
    ['has only begun', 'A table for two', 'A table', ''],
    ['has a word written otherwise', 'A tabel for two', 'A table for two at eight', 'at eight'],
    ['lacks a word', 'Well I need a table', 'I need a table at eight', 'at eight'],
    ['has a word more', 'I need a table', 'I need um a table at eight', 'at eight'],
    ['has other words in the middle', 'I need twenty five seats', 'I need 25 seats at eight', 'at eight'],
    [
      'has another last word, which may be a new one',
      'I need a table',
      'I need a fable at eight',
      'at eight',
    ],
    ['ends in a word that is a new one', 'I need a table', 'I need a chair', 'chair'],
    ['is something else', 'I need a table', 'Good morning to you', 'good morning to you'],
    ['says a number that is another one', '4 2', '42 1', '42 1'],
    ['says it, and then again', 'yes', 'Yes. Yes.', 'yes'],
    [
      'says it, and then more with the same words',
      'I need a table',
      'I need a table and a table',
      'and a table',
    ],
    ['is Hindi', 'मुझे एक टेबल', 'मुझे एक टेबल चाहिए।', 'चाहिए'],
  ])('%s', (_, known, heard, fresh) => {
    expect(newOf(known, heard)).toBe(fresh);
  });

  it('may begin in the middle where the beginning is out of hearing', () => {
    const known = 'I would like to have a table';
    expect(newOf(known, 'a table at eight', true)).toBe('at eight');
    expect(newOf(known, 'a table at eight')).toBe('a table at eight');
  });
});
