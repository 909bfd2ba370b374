import { byLanguage } from '../../domain/language.js';
import { holds } from './rules.js';
import type { ConversationSettings } from './state.js';

/** The words that decide, by language. Compared without case and punctuation. */
interface WordLists {
  /** Stop the agent at once. */
  readonly always: ReadonlySet<string>;
  /** Tell the agent to go on. */
  readonly never: ReadonlySet<string>;
  /** A whole answer by themselves. */
  readonly short: ReadonlySet<string>;
  /** More is coming behind them, where nothing says that a sentence ends. */
  readonly trailing: ReadonlySet<string>;
  /** Of those, alone or with the word before, the ones that often end a sentence: a full stop there is believed. */
  readonly ending: ReadonlySet<string>;
  /** The ones that end some: there a full stop may as well be the speech-to-text's mistake at a pause. */
  readonly maybeEnding: ReadonlySet<string>;
  /** A question with one of them asks for more than a yes. */
  readonly asking: ReadonlySet<string>;
  /** Of those, the ones that ask for a yes or no where they come first. */
  readonly yesNoFirst: ReadonlySet<string>;
  /** A question with one of them asks for a number. */
  readonly counting: ReadonlySet<string>;
  readonly numbers: ReadonlySet<string>;
}

/** Hindi's letters with a dot below are written in two ways: NFC makes them one. */
const set = (words: string): ReadonlySet<string> => new Set(words.normalize('NFC').split(' '));

/** Of words, and of two in a row. */
const endings = (entries: string): ReadonlySet<string> => new Set(entries.normalize('NFC').split(', '));

const lists = {
  en: {
    always: set('stop wait no hold'),
    never: set('mhm mm hm hmm uh-huh uhuh okay ok right yeah yep sure aha'),
    short: set('yes no yeah yep nope okay ok sure correct right exactly thanks goodbye bye'),
    trailing: set('and or but so because um uh er the a an to of with for my your i if that is'),
    // "Yes, it is." ends, "My name is." and "Hello, this is." hardly do.
    ending: endings('that, so, it is, that is, he is, she is, there is'),
    // "I don't want to." and "I would like to."; "My wife and I."
    maybeEnding: endings('to, of, with, for, i, is'),
    asking: set("what what's when when's where where's who who's whom whose why how how's which"),
    yesNoFirst: new Set<string>(),
    counting: set('many'),
    numbers: set('zero one two three four five six seven eight nine ten eleven twelve'),
  },
  de: {
    always: set('stopp stop halt warten nein moment'),
    never: set('mhm hm hmm aha okay ok genau ja gut'),
    short: set('ja nein doch okay ok genau richtig danke tschüss'),
    trailing: set('und oder aber weil äh ähm der die das ein eine zu mit für mein ich wenn dass ist'),
    ending: endings('das'),
    // "Da stimme ich zu." and "Ich habe eine Frage zu."; "Das weiß ich."; "wo es ist." and "Mein Name ist."
    maybeEnding: endings('zu, mit, ich, ist'),
    asking: set(
      'was wann wo wer wem wen wessen warum weshalb wieso wie welche welcher welches welchen welchem woher wohin womit wofür',
    ),
    yesNoFirst: new Set<string>(),
    counting: set('viel viele vielen'),
    numbers: set('null eins zwei zwo drei vier fünf sechs sieben acht neun zehn elf zwölf'),
  },
  /** In Devanagari, and as it's written in Latin letters. */
  hi: {
    always: set(
      'रुको रुकिए रुकिये ठहरो ठहरिए बस नहीं नही सुनो सुनिए ruko rukiye thehro bas nahi nahin suno suniye stop wait no',
    ),
    never: set(
      'हाँ हां जी हूँ हम्म अच्छा ठीक है सही ओके haan han ji hmm hm mhm accha achha theek thik hai sahi okay ok',
    ),
    short: set(
      'हाँ हां जी नहीं नही ठीक है सही बिल्कुल बिलकुल अच्छा धन्यवाद शुक्रिया ओके haan han ji nahi nahin theek thik hai sahi bilkul accha achha dhanyavaad shukriya yes no okay ok',
    ),
    trailing: set(
      'और या लेकिन मगर पर क्योंकि तो कि अगर जो मेरा मेरी मेरे का की के को से में मतलब aur ya lekin magar par kyonki kyunki to ki agar jo mera meri mere ka ke ko se mein matlab um uh',
    ),
    // A sentence ends with its verb, which isn't among them.
    ending: new Set<string>(),
    // An answer may be "सोमवार को।", "दिल्ली से।", "चार बजे का।", "बुकिंग की।", "एक और।"
    maybeEnding: endings(
      'को, से, में, पर, का, की, एक और, कुछ और, थोड़ा और, ko, se, mein, par, ka, ki, ek aur, kuch aur, thoda aur',
    ),
    asking: set(
      'क्या कौन कब कहाँ कहां कैसे क्यों कितना कितने कितनी किस किसे किसका किसकी kya kaun kab kahan kaise kyon kyun kitna kitne kitni kis kise',
    ),
    yesNoFirst: set('क्या kya'),
    counting: set('कितना कितने कितनी kitna kitne kitni'),
    numbers: set('शून्य एक दो तीन चार पाँच पांच छह सात आठ नौ दस ek do teen char paanch chhe saat aath nau das'),
  },
} as const satisfies Readonly<Record<string, WordLists>>;

type Trailing = Pick<WordLists, 'trailing' | 'maybeEnding'>;

/** Those that trail off, too, since `moreWordsTrailOff`. */
const more = {
  en: { trailing: set('at from about our uhm umm erm hmm'), maybeEnding: endings('at, from, about') },
  de: {
    trailing: set('am im vom beim von bei den dem einen einem einer meine meinen meinem ob öh öhm ähem also'),
    // "Ich nehme den.", "Ja, ich brauche einen.", "Das ist meine."
    maybeEnding: endings('bei, den, dem, einen, einem, einer, meine, meinen, meinem, also'),
  },
  hi: { trailing: set('uhm umm hmm'), maybeEnding: new Set<string>() },
} as const satisfies Readonly<Record<string, Trailing>>;

const moreOf = (settings: Pick<ConversationSettings, 'rules' | 'language'>): Trailing | null =>
  holds(settings, 'moreWordsTrailOff') ? byLanguage<Trailing>(more, settings.language) : null;

export const wordListsOf = (language: string): WordLists => byLanguage<WordLists>(lists, language);

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;

/** The words of a text, in lower case, without punctuation. Apostrophes and hyphens within a word stay. */
export const wordsOf = (text: string): readonly string[] =>
  text.normalize('NFC').toLowerCase().match(WORD) ?? [];

/** Scripts that set no spaces between words. */
const UNSPACED = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`;
const COMPARABLE = new RegExp(`[${UNSPACED}]\\p{M}*|[^${UNSPACED}]+`, 'gu');
const IS_UNSPACED = new RegExp(`[${UNSPACED}]`, 'u');

/** What of words can be compared one by one: where nothing separates them, their characters. */
export const comparable = (words: readonly string[]): readonly string[] =>
  words.flatMap((word) => word.match(COMPARABLE) ?? [word]);

/** How many words these are: a character of such a script is about half a word. */
export const countComparable = (parts: readonly string[]): number =>
  parts.reduce((count, part) => count + (IS_UNSPACED.test(part) ? 0.5 : 1), 0);

/** The same with their places in the text's NFC. */
export const placedWords = (text: string): readonly { readonly word: string; readonly at: number }[] =>
  Array.from(text.normalize('NFC').matchAll(WORD), ({ 0: word, index }) => ({
    word: word.toLowerCase(),
    at: index,
  }));

/** Whether there is anything in a text that can be said. */
export const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

const isNumber = (word: string, { numbers }: WordLists): boolean =>
  /^\p{N}+$/u.test(word) || numbers.has(word);

/** Fewer are said in one breath: "forty-two" is no part of a telephone number. */
const DIGITS_OF_A_GROUP = 3;

/** Ends in digits, spelled or written, that may be only the first ones of a number: "415", "four one five". */
export const endsInDigits = (text: string, language: string): boolean => {
  const lists = wordListsOf(language);
  let digits = 0;
  for (const part of text.normalize('NFC').toLowerCase().trim().split(/\s+/).reverse()) {
    // Not "10:30", "$29.99", "1,500", nor the question "415?".
    const word = part.replace(/[.,!।]+$/u, '');
    if (/^[\p{N}-]+$/u.test(word)) digits += word.replaceAll('-', '').length;
    else if (lists.numbers.has(word)) digits++;
    else break;
  }
  return digits >= DIGITS_OF_A_GROUP;
};

/** "How many are you?" */
export const asksForCount = (sentence: string, language: string): boolean =>
  isQuestion(sentence) && wordsOf(sentence).some((word) => wordListsOf(language).counting.has(word));

/** "Yes.", "no", "four two": nothing follows, where it was asked for. */
export const isShortAnswer = (text: string, language: string): boolean => {
  const words = wordsOf(text);
  const lists = wordListsOf(language);
  return (
    words.length > 0 &&
    words.length <= 3 &&
    words.every((word) => lists.short.has(word) || isNumber(word, lists))
  );
};

/** The last sentence of a text. */
export const lastSentenceOf = (text: string): string =>
  text
    .trim()
    .split(/(?<=[.!?।]["”')\]]*)\s+|(?<=[。！？])/u)
    .at(-1) ?? '';

const isQuestion = (text: string): boolean => /[?？]["”')\]]*\s*$/u.test(text);

/** "Is that right?", "How many are you?": it's answered by a yes, a no or a number. */
export const isClosedQuestion = (sentence: string, language: string): boolean => {
  if (!isQuestion(sentence)) return false;
  if (asksForCount(sentence, language)) return true;
  const { asking, yesNoFirst } = wordListsOf(language);
  const words = wordsOf(sentence);
  return words.every((word, at) => !asking.has(word) || (at === 0 && yesNoFirst.has(word)));
};

/** Whether a phrase was said, word by word. */
export const saysPhrase = (text: string, phrase: string): boolean => {
  const words = wordsOf(phrase);
  return words.length > 0 && ` ${wordsOf(text).join(' ')} `.includes(` ${words.join(' ')} `);
};

/** What a caller's words sound like at their end: `trailing`: more is coming. */
export type Finish = 'complete' | 'uncertain' | 'trailing';

export const finishOf = (
  text: string,
  settings: Pick<ConversationSettings, 'rules' | 'language'>,
): Finish => {
  const lists = wordListsOf(settings.language);
  if (!holds(settings, 'sentencesMayEndInAnyWord')) return finishBefore(text, lists);
  // Recognizers put a full stop behind whatever comes before a pause, but a question mark behind questions only.
  if (isQuestion(text)) return 'complete';
  if (/(?:[,，、…–—-]|\.\.)\s*$/u.test(text)) return 'trailing';
  const words = wordsOf(lastSentenceOf(text));
  const [last = ''] = words.slice(-1);
  const added = moreOf(settings);
  const trails = lists.trailing.has(last) || added?.trailing.has(last);
  if (!trails) return isSentence(text) ? 'complete' : 'uncertain';
  // A word alone begins a sentence: "So."
  if (!isSentence(text) || words.length === 1) return 'trailing';
  const ends = [last, words.slice(-2).join(' ')];
  if (ends.some((end) => lists.ending.has(end))) return 'complete';
  const mayEnd = ends.some((end) => lists.maybeEnding.has(end) || added?.maybeEnding.has(end));
  return mayEnd ? 'uncertain' : 'trailing';
};

/** As it was before `sentencesMayEndInAnyWord`. */
const finishBefore = (text: string, { trailing }: WordLists): Finish => {
  const last = wordsOf(text).at(-1);
  if (/[,…-]\s*$/u.test(text) || (last !== undefined && trailing.has(last))) return 'trailing';
  return isSentence(text) ? 'complete' : 'uncertain';
};

/** Ends as a sentence does, also in Chinese, Japanese and Hindi. */
const isSentence = (text: string): boolean => /[.!?。！？।]["”')\]]*\s*$/u.test(text);
