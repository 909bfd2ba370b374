import type { Transcript } from './speech-to-text.js';

/** What a caller says from one cut to the next. */
export interface Utterance {
  text: string;
  confidence: number | null;
  /** The cut was made: nothing more of the caller belongs to it. */
  isCut: boolean;
  /** The caller stopped there; else the stretch only was too long. */
  isStop: boolean;
  /** The provider has said all. */
  isComplete: boolean;
}

export const newUtterance = (): Utterance => ({
  text: '',
  confidence: null,
  isCut: false,
  isStop: false,
  isComplete: false,
});

/** The provider still owes words of what was said before a cut. */
export const owesWords = (utterances: readonly Utterance[]): boolean =>
  utterances.some(({ isCut, isComplete }) => isCut && !isComplete);

/**
 * What the reader is to be told after a change, the utterances being in the order in which they were spoken; those that are
 * told for good are taken out of the list. Every stop is followed by a final. But when the caller went on and stopped again
 * before the words arrived, the first come as an interim and one final has both: a final for the first would look like the
 * answer to the second stop.
 */
export const takeTranscripts = (utterances: Utterance[]): Transcript[] => {
  const transcripts: Transcript[] = [];
  if (!owesWords(utterances)) {
    const said = utterances.splice(0, utterances.findLastIndex(({ isStop }) => isStop) + 1);
    if (said.length > 0) {
      transcripts.push({ text: textOf(said), final: true, confidence: leastConfidence(said) });
    }
  }
  const text = textOf(utterances);
  if (text !== '') transcripts.push({ text, final: false, confidence: null });
  return transcripts;
};

const textOf = (utterances: readonly Utterance[]): string =>
  utterances
    .map(({ text }) => text.trim())
    .filter(Boolean)
    .join(' ');

const leastConfidence = (utterances: readonly Utterance[]): number | null => {
  const known = utterances.flatMap(({ confidence }) => (confidence === null ? [] : [confidence]));
  return known.length === 0 ? null : Math.min(...known);
};
