import type { protos } from '@google-cloud/speech';
import { SAMPLE_RATE_HZ } from '../../audio/mu-law.js';

export type RecognizeResponse = protos.google.cloud.speech.v1.IStreamingRecognizeResponse;

/** What Google holds for certain. */
export interface FinalWords {
  readonly text: string;
  readonly confidence: number | null;
  /** Where it ends, in bytes of the stream's mu-law; `null`: Google doesn't say. */
  readonly endBytes: number | null;
}

/** The finals of a response, and what it guesses beyond them: the first guess is stable, later ones less so. */
export const readResults = ({
  results,
}: RecognizeResponse): { readonly finals: readonly FinalWords[]; readonly guess: string } => {
  const finals: FinalWords[] = [];
  let guess = '';
  for (const { isFinal, alternatives, resultEndTime } of results ?? []) {
    const { transcript, confidence } = alternatives?.[0] ?? {};
    if (!isFinal) guess += transcript ?? '';
    else
      finals.push({
        text: (transcript ?? '').trim(),
        confidence: confidence || null,
        endBytes: resultEndTime ? bytesOf(resultEndTime) : null,
      });
  }
  return { finals, guess: guess.trim() };
};

const bytesOf = ({ seconds, nanos }: protos.google.protobuf.IDuration): number =>
  Math.round((Number(seconds ?? 0) + (nanos ?? 0) / 1e9) * SAMPLE_RATE_HZ);
