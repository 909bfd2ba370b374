import { describe, expect, it } from '@jest/globals';
import { anyOf, knownLanguage } from './language.js';

describe("an agent's language, for a provider that knows Hindi, Tamil and English", () => {
  const isKnown = anyOf('hi ta en');

  it.each([
    ['is its own', 'hi-IN', 'en', 'hi-IN'],
    ['is its fallback where its own is not known', 'de-AT', 'en-IN', 'en-IN'],
    ['stays its own where neither is known', 'de-AT', 'fr', 'de-AT'],
    ['stays its own where there is no fallback', 'de-AT', null, 'de-AT'],
  ])('%s', (_, language, fallbackLanguage, expected) => {
    expect(knownLanguage({ language, fallbackLanguage }, isKnown)).toBe(expected);
  });
});
