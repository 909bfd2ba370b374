import { byLanguage } from '../../domain/language.js';

/** The words that decide, by language. Compared without case and punctuation. */
interface WordLists {
  /** Stop the agent at once. */
  readonly always: ReadonlySet<string>;
  /** Tell the agent to go on. */
  readonly never: ReadonlySet<string>;
  /** A whole answer by themselves. */
  readonly short: ReadonlySet<string>;
  /** A sentence doesn't end with them. */
  readonly trailing: ReadonlySet<string>;
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const lists = {
  en: {
    always: set('stop wait no hold'),
    never: set('mhm mm hm hmm uh-huh uhuh okay ok right yeah yep sure aha'),
    short: set('yes no yeah yep nope okay ok sure correct right exactly thanks goodbye bye'),
    trailing: set('and or but so because um uh er the a an to of with for my your i if that is'),
  },
  de: {
    always: set('stopp stop halt warten nein moment'),
    never: set('mhm hm hmm aha okay ok genau ja gut'),
    short: set('ja nein doch okay ok genau richtig danke tschüss'),
    trailing: set('und oder aber weil äh ähm der die das ein eine zu mit für mein ich wenn dass ist'),
  },
} as const satisfies Readonly<Record<string, WordLists>>;

export const wordListsOf = (language: string): WordLists => byLanguage<WordLists>(lists, language);

/** The words of a text, in lower case, without punctuation. Apostrophes and hyphens within a word stay. */
export const wordsOf = (text: string): readonly string[] =>
  text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu) ?? [];

/** Whether there is anything in a text that can be said. */
export const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

const isNumber = (word: string): boolean => /^\p{N}+$/u.test(word);

/** "Yes.", "no", "four two": answered at once, since nothing follows. */
export const isShortAnswer = (text: string, language: string): boolean => {
  const words = wordsOf(text);
  const { short } = wordListsOf(language);
  return words.length > 0 && words.length <= 3 && words.every((word) => short.has(word) || isNumber(word));
};

export const trailsOff = (text: string, language: string): boolean => {
  const last = wordsOf(text).at(-1);
  return /[,…-]\s*$/u.test(text) || (last !== undefined && wordListsOf(language).trailing.has(last));
};

/** Ends as a sentence does, also in Chinese, Japanese and Hindi. */
export const isSentence = (text: string): boolean => /[.!?。！？।]["”')\]]*\s*$/u.test(text);
