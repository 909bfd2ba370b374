import { describe, expect, it } from '@jest/globals';
import { NEWEST_RULES } from './rules.js';
import {
  finishOf,
  hasWords,
  isClosedQuestion,
  isShortAnswer,
  lastSentenceOf,
  saysPhrase,
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

describe('what a text sounds like at its end', () => {
  const finish = (text: string, language: string, rules = NEWEST_RULES) =>
    finishOf(text, { rules, language });

  it.each([
    ['en', 'We are open.'],
    ['en', 'Really?'],
    ['en', '"Yes!"'],
    ['en', 'So he said.)'],
    ['en', 'Fine. '],
    ['ja', '営業中です。'],
    ['hi', 'हम खुले हैं।'],
    ['hi', 'हाँ, था।'],
    // A question mark is heard in the voice: nothing follows, whatever the last word is.
    ['en', 'Who is that?'],
    ['en', 'Can you help me with that?'],
    ['en', 'What is it for?'],
    ['en', 'Who is it to? '],
    ['en', '“Who are you talking of?”'],
    ['en', 'And?'],
    ['en', 'Who is that?!'],
    ['de', 'Wer ist das?'],
    ['de', 'Was kostet das?'],
    ['de', 'Kommt er mit?'],
    ['de', 'Bin das ich?'],
    ['hi', 'किस से?'],
    ['hi', 'कब तक, और?'],
    ['hi', 'kis ke liye, aur kab ko?'],
    ['ja', '誰ですか？'],
    // Words that often end a sentence.
    ['en', 'Yes, it is.'],
    ['en', 'Yes, it is!'],
    ['en', 'Yes, there is.'],
    ['en', "I don't know what that is."],
    ['en', 'That is all.'],
    ['en', 'Thank you for that.'],
    ['en', "I don't think so."],
    ['de', 'Ja, ich nehme das.'],
    ['de', 'Danke für das!'],
  ])('is complete: in %s "%s"', (language, text) => expect(finish(text, language)).toBe('complete'));

  it.each([
    ['en', 'We are'],
    ['en', 'I need an appointment'],
    ['en', 'At nine o’clock'],
    ['en', 'one, two'],
    ['en', ''],
    ['en', 'Einen Tisch für'],
    // A full stop may stand by mistake, or not.
    ['en', 'I would like to.'],
    ['en', "No, I don't want to."],
    ['en', 'I would like a table for.'],
    ['en', 'My name is.'],
    ['en', 'Hello, this is.'],
    ['en', 'My wife and I.'],
    ['de', 'Mein Name ist.'],
    ['de', 'Ich weiß nicht, wo es ist.'],
    ['de', 'Ich hätte eine Frage zu.'],
    ['de', 'Da stimme ich zu.'],
    ['de', 'Ich bringe meine Frau mit.'],
    ['de', 'Das weiß ich.'],
    ['hi', 'सोमवार को।'],
    ['hi', 'मैंने बुकिंग की।'],
    ['hi', 'बस एक और।'],
    ['hi', 'shaam ko.'],
    ['hi', 'maine booking ki.'],
    ['hi', 'thoda aur.'],
  ])('is uncertain: in %s "%s"', (language, text) => expect(finish(text, language)).toBe('uncertain'));

  it.each([
    ['en', 'I would like to'],
    ['en', 'and then,'],
    ['en', 'My name is'],
    ['en', 'I think so'],
    ['en', 'well…'],
    ['en', 'Well...'],
    ['en', 'from nine -'],
    ['en', 'from nine –'],
    ['en', 'I need an '],
    ['de', 'Einen Tisch für'],
    ['de', 'Ich nehme das'],
    ['hi', 'सोमवार को'],
    ['hi', 'main Dilli se'],
    // No sentence ends with these, though a full stop stands there.
    ['en', 'I need an.'],
    ['en', 'On Monday or.'],
    ['en', 'It broke because.'],
    ['en', 'It is, um.'],
    ['en', 'It is my.'],
    ['en', 'I would like to know if.'],
    ['de', 'Am Montag oder.'],
    ['de', 'Das ist mein.'],
    ['de', 'Ich hätte, äh.'],
    ['de', 'Ich hätte gern die.'],
    ['de', 'Ich komme, wenn.'],
    ['de', 'Ein Tisch für.'],
    ['hi', 'कल आऊँगा लेकिन।'],
    ['hi', 'यह मेरा।'],
    ['hi', 'राम के।'],
    ['hi', 'kal aaunga kyunki.'],
    ['hi', 'agar.'],
    // A word alone begins a sentence.
    ['en', 'So.'],
    ['en', 'Hello. That.'],
    ['en', 'To.'],
    ['de', 'Guten Tag. Das.'],
  ])('trails off: in %s "%s"', (language, text) => expect(finish(text, language)).toBe('trailing'));

  it.each([
    ['Who is that?', 'trailing'],
    ['Yes, it is.', 'trailing'],
    ['I would like to.', 'trailing'],
    ['I would like to', 'trailing'],
    ['from nine -', 'trailing'],
    ['from nine –', 'uncertain'],
    ['Well...', 'complete'],
    ['"Yes!"', 'complete'],
    ['one, two', 'uncertain'],
  ])('is by the rules of before as it was: "%s" is %s', (text, expected) =>
    expect(finish(text, 'en', 5)).toBe(expected),
  );
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

  it('say of no word that trails off both that it ends a sentence and that it may', () => {
    for (const language of ['en', 'de', 'hi']) {
      const { trailing, ending, maybeEnding } = wordListsOf(language);
      expect([...ending].filter((word) => maybeEnding.has(word))).toEqual([]);
      for (const entry of [...ending, ...maybeEnding]) expect(trailing).toContain(wordsOf(entry).at(-1));
    }
  });

  it('are written as words are compared', () => {
    for (const language of ['en', 'de', 'hi']) {
      for (const words of Object.values(wordListsOf(language))) {
        for (const entry of words) expect(wordsOf(entry).join(' ')).toBe(entry);
      }
    }
  });
});
