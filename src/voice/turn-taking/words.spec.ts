import { describe, expect, it } from '@jest/globals';
import {
  hasWords,
  isClosedQuestion,
  isSentence,
  isShortAnswer,
  lastSentenceOf,
  saysPhrase,
  trailsOff,
  wordListsOf,
  wordsOf,
} from './words.js';

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
    expect(isShortAnswer('जी हाँ।', 'hi-IN')).toBe(true);
    expect(isShortAnswer('haan, theek hai', 'hi')).toBe(true);
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

describe('a closed question', () => {
  it.each([
    ['Are you still there?', 'en'],
    ['Monday or Tuesday?', 'en'],
    ['How many are you?', 'en'],
    ['Möchten Sie einen Tisch?', 'de'],
    ['Wie viele Personen?', 'de'],
    ['क्या आप कल आएँगे?', 'hi'],
    ['kya main book karoon?', 'hi'],
    ['कितने लोग?', 'hi'],
  ])('is "%s"', (sentence, language) => expect(isClosedQuestion(sentence, language)).toBe(true));

  it.each([
    ['What time would you like?', 'en'],
    ['Could you tell me when you are coming?', 'en'],
    ['We have many rooms.', 'en'],
    ['Wann möchten Sie kommen?', 'de'],
    ['आपका नाम क्या है?', 'hi'],
    ['', 'en'],
  ])('is not "%s"', (sentence, language) => expect(isClosedQuestion(sentence, language)).toBe(false));

  it.each([
    ['We are open. Would you like a table?', 'Would you like a table?'],
    ['It is $29.50 a night. "Is that fine?"', '"Is that fine?"'],
    ['営業中です。予約しますか？', '予約しますか？'],
    ['हम खुले हैं। क्या आप आएँगे?', 'क्या आप आएँगे?'],
    ['', ''],
  ])('stands at the end of "%s"', (text, sentence) => expect(lastSentenceOf(text)).toBe(sentence));
});

describe('a phrase', () => {
  it('is said word by word, in a row', () => {
    expect(saysPhrase('Well, good bye then!', 'Good bye')).toBe(true);
    expect(saysPhrase('Goodbye', 'good bye')).toBe(false);
    expect(saysPhrase('good old bye', 'good bye')).toBe(false);
    expect(saysPhrase('anything', '…')).toBe(false);
  });

  it('is the same however its letters are written', () => {
    expect(saysPhrase('वह ज़रूरी है', 'ज\u093cरूरी')).toBe(true);
    expect(saysPhrase('Tschu\u0308ss!', 'tschüss')).toBe(true);
  });
});

describe('the word lists', () => {
  it('are English where a language has none', () => {
    expect(wordListsOf('fr-CA')).toBe(wordListsOf('en'));
    expect(wordListsOf('de-CH')).toBe(wordListsOf('de'));
  });

  it('have no word that both stops the agent and tells it to go on', () => {
    for (const language of ['en', 'de', 'hi']) {
      const { always, never } = wordListsOf(language);
      expect([...always].filter((word) => never.has(word))).toEqual([]);
    }
  });

  it('are written as words are compared', () => {
    for (const language of ['en', 'de', 'hi']) {
      for (const words of Object.values(wordListsOf(language))) {
        for (const word of words) expect(wordsOf(word)).toEqual([word]);
      }
    }
  });
});
