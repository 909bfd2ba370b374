import { byLanguage } from '../../src/domain/language.js';
import { wordsOf } from '../../src/voice/turn-taking/words.js';

type Some = readonly [string, ...string[]];

/** What agent and caller say in a language, beside the caller's numbered words. */
export interface Vocabulary {
  readonly greeting: string;
  readonly longAnswer: string;
  readonly answers: Some;
  /** And what they ask who hear nothing. */
  readonly backChannels: Some;
  /** They stop the agent alone. */
  readonly stops: Some;
  readonly goodbye: string;
}

const vocabularies = {
  en: {
    greeting: 'Welcome to our house by the sea, how can I help you today?',
    longAnswer:
      'There are many things to tell about our house, and I will gladly begin. It was built by the sea. The rooms are bright, all of them, and breakfast is served until eleven. May I book one for you?',
    answers: [
      'All right. ',
      'Of course, that is no problem at all. ',
      'Let me have a look. ',
      'May I have your number?',
      'Yes',
      ' ',
    ],
    backChannels: ['Mhm.', 'Okay.', 'Right.', 'Yes.', 'No.', 'Hello?'],
    stops: ['Stop!', 'Wait,', 'No,'],
    goodbye: 'so long',
  },
  de: {
    greeting: 'Willkommen in unserem Haus am Meer, wie kann ich Ihnen heute helfen?',
    longAnswer:
      'Über unser Haus gibt es viel zu erzählen, z. B. vom Jahr 1890. Damals wurde es am 3. Mai eröffnet. Die Zimmer sind hell, alle miteinander, und Frühstück gibt es bis elf. Darf ich Ihnen eines reservieren?',
    answers: [
      'In Ordnung. ',
      'Natürlich, das ist überhaupt kein Problem. ',
      'Ich sehe einmal nach. ',
      'Darf ich Ihre Nummer haben?',
      'Ja',
      ' ',
    ],
    backChannels: ['Mhm.', 'Genau.', 'Aha.', 'Ja.', 'Nein.', 'Hallo?'],
    stops: ['Stopp!', 'Moment,', 'Nein,'],
    goodbye: 'auf Wiederhören',
  },
  hi: {
    greeting: 'समुद्र के किनारे हमारे घर में आपका स्वागत है, आज आपकी क्या मदद की जाए?',
    longAnswer:
      'हमारे घर के बारे में बहुत कुछ बताया जा सकता है। यह समुद्र के किनारे बना था। सभी कमरे रोशन हैं, और नाश्ता ग्यारह बजे तक मिलता है। क्या आपके लिए एक कमरा बुक किया जाए?',
    answers: [
      'ठीक है। ',
      'ज़रूर, इसमें कोई परेशानी नहीं है। ',
      'अभी देखा जाता है। ',
      'क्या आपका नंबर मिल सकता है?',
      'हाँ',
      ' ',
    ],
    backChannels: ['हाँ।', 'ठीक है।', 'अच्छा।', 'haan ji', 'नहीं।', 'हैलो?'],
    stops: ['रुकिए!', 'ruko', 'बस,'],
    goodbye: 'नमस्ते जी',
  },
} as const satisfies Readonly<Record<string, Vocabulary>>;

export const LANGUAGES = ['en', 'en-GB', 'de', 'de-AT', 'hi'] as const;

export const vocabularyOf = (language: string): Vocabulary => byLanguage<Vocabulary>(vocabularies, language);

const callersOwn: ReadonlySet<string> = new Set(
  Object.values(vocabularies).flatMap(({ backChannels, stops, goodbye }) =>
    wordsOf([...backChannels, ...stops, goodbye].join(' ')),
  ),
);

const isNumbered = (word: string): boolean => /^w\d+$/.test(word);

/** With the agent's own words in it, most of a transcript may be echo, and is dropped as that. */
export const hasEcho = (text: string): boolean =>
  wordsOf(text).some((word) => !isNumbered(word) && !callersOwn.has(word));

/** The caller's words that are all different ones. */
export const numberedWords = (text: string | null): readonly string[] => text?.match(/w\d+/g) ?? [];
