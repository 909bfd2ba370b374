import { SAMPLE_RATE_HZ } from '../../audio/mu-law.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { SpeechPart, SpeechRequest } from '../text-to-speech.js';

/** Some ten times as long as a voice takes for it in most languages, and longer than any takes for digits alone. */
const MS_A_CHARACTER = 500;
/** However short the text is. */
const LEAST_MS = 5_000;

/**
 * A text's speech, up to where it would be far too long for the text: some models go on with noise for ever, and a process that
 * takes it all in has no time for its other calls. Then it throws `UNAVAILABLE`.
 */
export async function* speechThatEnds(
  provider: string,
  { text, speed }: Pick<SpeechRequest, 'text' | 'speed'>,
  speech: AsyncIterable<SpeechPart>,
): AsyncGenerator<SpeechPart, void> {
  const longestMs = (LEAST_MS + MS_A_CHARACTER * text.length) / Math.min(1, speed ?? 1);
  let leftBytes = (longestMs * SAMPLE_RATE_HZ) / 1000;
  for await (const part of speech) {
    if (part instanceof Uint8Array) leftBytes -= part.length;
    if (leftBytes < 0) throw endless(provider, longestMs);
    yield part;
  }
}

const endless = (provider: string, longestMs: number): AppError => {
  const message = `${provider} didn't stop speaking: a text of this length takes less than ${Math.round(longestMs / 1000)} s.`;
  return new AppError(ErrorCode.UNAVAILABLE, message, {
    provider,
    capability: 'textToSpeech',
    retryable: true,
  });
};
