import { describe, expect, it } from '@jest/globals';
import { brokenLines, columnsOf } from './broken-lines.js';

describe('a text on a terminal', () => {
  it.each([
    ['Grüß dich', 9],
    ['牙科诊所', 8],
    ['はい、どうぞ', 12],
    ['e\u0301', 1],
    ['🙂', 2],
  ])('has %p in so many columns', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it('is broken behind a word, and within one that is too long', () => {
    expect(brokenLines('one two three', 20)).toEqual(['one two three']);
    expect(brokenLines('one two three', 7)).toEqual(['one two', 'three']);
    expect(brokenLines('one two three', 6)).toEqual(['one', 'two', 'three']);
    expect(brokenLines('abcdefgh ij', 5)).toEqual(['abcde', 'fgh', 'ij']);
  });

  it('is not broken within a character, and as wide as it is seen', () => {
    expect(brokenLines('牙科诊所🙂🙂', 5)).toEqual(['牙科', '诊所', '🙂🙂']);
    expect(brokenLines('ae\u0301e\u0301', 2)).toEqual(['aé', 'é'].map((line) => line.normalize()));
  });
});
