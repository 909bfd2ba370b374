import { type Sound, soundsOf } from './speech-sounds.js';

/** A word as it's going to be spoken. */
export interface PlannedWord {
  /** As written, with its punctuation. */
  readonly text: string;
  /** None: the word is only a pause. */
  readonly sounds: readonly Sound[];
  /** The pitch at the word's end, as a share of the voice's own. */
  readonly pitch: number;
  /** Silence behind the word. */
  readonly pauseMs: number;
}

const CLAUSE_PAUSE_MS = 160;
const SENTENCE_PAUSE_MS = 320;
/** A dash by itself. */
const BREATH_MS = 120;

const ENDS_SENTENCE = /[.!?…。！？।]["”’')\]]*$/u;
const ENDS_QUESTION = /[?？]["”’')\]]*$/u;
const ENDS_CLAUSE = /[,;:،，、；：]["”’')\]]*$/u;

/** The pitch sinks over a sentence, falls at its end, and rises at a question's. */
const START_PITCH = 1.12;
const SINKS_BY = 0.2;
const LAST_PITCH = 0.78;
const QUESTION_PITCH = 1.3;
/** The last syllable before a pause is drawn out. */
const DRAWL = 1.3;

/** The text's words, cut at white space, with their sounds, pitch and pauses. `language`: BCP 47. */
export const planSpeech = (text: string, language: string): readonly PlannedWord[] => {
  const words = text.match(/\S+/gu) ?? [];
  return sentencesOf(words).flatMap((sentence, n, sentences) => {
    const isLast = n === sentences.length - 1;
    return sentence.map((word, at) => planWord(word, at, sentence.length, isLast, language));
  });
};

const sentencesOf = (words: readonly string[]): string[][] => {
  const sentences: string[][] = [];
  let sentence: string[] = [];
  for (const [n, word] of words.entries()) {
    sentence.push(word);
    if (n === words.length - 1 || ENDS_SENTENCE.test(word)) {
      sentences.push(sentence);
      sentence = [];
    }
  }
  return sentences;
};

const planWord = (
  text: string,
  at: number,
  count: number,
  isLastSentence: boolean,
  language: string,
): PlannedWord => {
  const sounds = soundsOf(text, language);
  if (at === count - 1) {
    const pitch = ENDS_QUESTION.test(text) ? QUESTION_PITCH : LAST_PITCH;
    return { text, sounds: drawl(sounds), pitch, pauseMs: isLastSentence ? 0 : SENTENCE_PAUSE_MS };
  }
  const pitch = START_PITCH - (SINKS_BY * at) / count;
  if (ENDS_CLAUSE.test(text)) return { text, sounds: drawl(sounds), pitch, pauseMs: CLAUSE_PAUSE_MS };
  return { text, sounds, pitch, pauseMs: sounds.length === 0 ? BREATH_MS : 0 };
};

const drawl = (sounds: readonly Sound[]): readonly Sound[] => {
  const last = sounds.findLastIndex((sound) => sound.isVowel);
  return sounds.map((sound, n) => (n === last ? { ...sound, lengthMs: DRAWL * sound.lengthMs } : sound));
};
