import { describe, expect, it } from '@jest/globals';
import { hasWords, isSentence, isShortAnswer, trailsOff, wordListsOf, wordsOf } from './words.js';

describe('the words of a text', () => {
  it('have no case and no punctuation', () => {
    expect(wordsOf('Hello, WORLD! (Yes.) "No?"')).toEqual(['hello', 'world', 'yes', 'no']);
  });

  it('keep apostrophes and hyphens within', () => {
    expect(wordsOf("I didn't say uh-huh, it’s 'fine' - really")).toEqual([
      'i',
      "didn't",
      'say',
      'uh-huh',
      'it’s',
      'fine',
      'really',
    ]);
  });

  it('are found in every script, with their marks', () => {
    expect(wordsOf('Grüße aus Zürich')).toEqual(['grüße', 'aus', 'zürich']);
    expect(wordsOf('हम हर दिन खुले हैं।')).toEqual(['हम', 'हर', 'दिन', 'खुले', 'हैं']);
    expect(wordsOf('你好。')).toEqual(['你好']);
  });

  it('are none in punctuation and symbols', () => {
    for (const text of ['', ' ', '…', '?!', '😊', '– « » —']) {
      expect(hasWords(text)).toBe(false);
      expect(wordsOf(text)).toEqual([]);
    }
    expect(hasWords('7')).toBe(true);
  });
});

describe('a short answer', () => {
  it.each(['Yes.', 'no', 'Yeah, sure.', '42', '4 2', 'Yes, exactly, thanks'])('is "%s"', (text) =>
    expect(isShortAnswer(text, 'en-US')).toBe(true),
  );

  it.each(['', '...', 'Yes, but', 'No, I want another one', 'yes yes yes yes'])('is not "%s"', (text) =>
    expect(isShortAnswer(text, 'en')).toBe(false),
  );

  it('is one in its language', () => {
    expect(isShortAnswer('Ja, genau.', 'de-AT')).toBe(true);
    expect(isShortAnswer('Ja, genau.', 'en')).toBe(false);
  });
});

describe('words that trail off', () => {
  it.each(['I would like to', 'and then,', 'My name is', 'well…', 'from nine -', 'I need an '])(
    'are "%s"',
    (text) => expect(trailsOff(text, 'en')).toBe(true),
  );

  it.each(['I need an appointment', 'That is all.', 'At nine o’clock', ''])('are not "%s"', (text) =>
    expect(trailsOff(text, 'en')).toBe(false),
  );

  it('are known by their language', () => {
    expect(trailsOff('Einen Tisch für', 'de')).toBe(true);
    expect(trailsOff('Einen Tisch für', 'en')).toBe(false);
  });
});

describe('a sentence', () => {
  it.each(['We are open.', 'Really?', '"Yes!"', 'So he said.)', '営業中です。', 'हम खुले हैं।', 'Fine. '])(
    'is "%s"',
    (text) => expect(isSentence(text)).toBe(true),
  );

  it.each(['We are', 'one, two', ''])('is not "%s"', (text) => expect(isSentence(text)).toBe(false));
});

describe('the word lists', () => {
  it('are English where a language has none', () => {
    expect(wordListsOf('fr-CA')).toBe(wordListsOf('en'));
    expect(wordListsOf('de-CH')).toBe(wordListsOf('de'));
  });

  it('have no word that both stops the agent and tells it to go on', () => {
    for (const language of ['en', 'de']) {
      const { always, never } = wordListsOf(language);
      expect([...always].filter((word) => never.has(word))).toEqual([]);
    }
  });

  it('are written as words are compared', () => {
    for (const language of ['en', 'de']) {
      for (const words of Object.values(wordListsOf(language))) {
        for (const word of words) expect(wordsOf(word)).toEqual([word]);
      }
    }
  });
});
