import { byLanguage } from '../../domain/language.js';
import { holds } from './rules.js';
import type { ConversationSettings } from './state.js';
import { wordListsOf, wordsOf } from './words.js';

/** What callers say to show that they listen, beside the never-list. */
interface Murmurs {
  readonly words: ReadonlySet<string>;
  /** Of several words, that alone say something else. */
  readonly phrases: readonly (readonly string[])[];
}

const murmurs = (words: string, phrases: string): Murmurs => ({
  words: new Set(wordsOf(words)),
  phrases: phrases.split(', ').map(wordsOf),
});

/** As recognizers write them: Deepgram "Mhmm.", Whisper "Mm-hmm.", others "Uh huh." */
const lists = {
  en: murmurs(
    'mm-hmm mm-hm mhmm mmhmm mmm hmmm ah oh alright yup gotcha',
    'uh huh, i see, got it, all right',
  ),
  de: murmurs(
    'mm mmm mmh mhmm mm-hmm mm-hm hmhm hmmm ah oh ach achso jaja jo klar stimmt richtig verstehe',
    'ach so, alles klar, ich verstehe',
  ),
  hi: murmurs(
    'हाँजी हांजी हूं हम्म् haanji hanji haa acha achchha mm-hmm mhmm hmmm yeah right alright',
    'समझ गया, समझ गई, समझ गयी, samajh gaya, samajh gayi, i see, uh huh, all right',
  ),
} as const satisfies Readonly<Record<string, Murmurs>>;

type Spoken = Pick<ConversationSettings, 'rules' | 'language'>;

/** Whether a text only shows that the caller listens. An interim may become one: "I" of "I see". */
export const isBackchannel = (text: string, isFinal: boolean, { rules, language }: Spoken): boolean => {
  const { never } = wordListsOf(language);
  const said = wordsOf(text);
  if (!holds({ rules }, 'murmursAreBackchannels')) return said.every((word) => never.has(word));
  const { words, phrases } = byLanguage<Murmurs>(lists, language);
  return consistsOf(said, isFinal, (word) => never.has(word) || words.has(word), phrases);
};

/** Whether nothing else is said. What isn't final may become one of the phrases. */
export const consistsOf = (
  said: readonly string[],
  isFinal: boolean,
  isOne: (word: string) => boolean,
  phrases: readonly (readonly string[])[],
): boolean => {
  for (let at = 0; at < said.length; ) {
    const rest = said.slice(at);
    const phrase = phrases.find((parts) => parts.every((part, index) => part === rest[index]));
    if (phrase === undefined && !isOne(rest[0] ?? ''))
      return !isFinal && phrases.some((parts) => rest.every((word, i) => word === parts[i]));
    at += phrase?.length ?? 1;
  }
  return true;
};

/** The words that say something, beside those that only show that the caller listens. */
export const meantWords = (text: string, isFinal: boolean, settings: Spoken): readonly string[] => {
  if (isBackchannel(text, isFinal, settings)) return [];
  const { never } = wordListsOf(settings.language);
  return wordsOf(text).filter((word) => !never.has(word));
};

const morePressing = {
  en: new Set<string>(),
  de: new Set(['warte', 'nee', 'nö']),
  hi: new Set(wordsOf('ठहरिये rukie thehriye')),
} as const;

/** The words that stop the agent at once. */
export const stopsAgent = (word: string, { rules, language }: Spoken): boolean =>
  wordListsOf(language).always.has(word) ||
  (holds({ rules }, 'murmursAreBackchannels') &&
    byLanguage<ReadonlySet<string>>(morePressing, language).has(word));
