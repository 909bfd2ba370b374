import { describe, expect, it } from '@jest/globals';
import { confidenceOf, usageOf } from './odd-numbers.js';

describe("a provider's number", () => {
  it.each([
    [0.4, 0.4],
    [null, null],
    [1.0000001, 1],
    [-0.2, 0],
    [Number.POSITIVE_INFINITY, 1],
    [Number.NaN, null],
  ])('confidence %s is %s', (given, taken) => {
    expect(confidenceOf(given)).toBe(taken);
  });

  it.each([
    [
      { inputTokens: 12, outputTokens: 0 },
      { inputTokens: 12, outputTokens: 0 },
    ],
    [null, null],
    [{ inputTokens: -1, outputTokens: 3 }, null],
    [{ inputTokens: 1.5, outputTokens: 3 }, null],
    [{ inputTokens: 1, outputTokens: Number.NaN }, null],
  ])('usage %j is %j', (given, taken) => {
    expect(usageOf(given)).toEqual(taken);
  });
});
