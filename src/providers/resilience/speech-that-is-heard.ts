import { AppError, ErrorCode } from '../../domain/errors.js';
import type { SpeechPart, SpeechRequest } from '../text-to-speech.js';

/** A mu-law byte without its sign: the louder, the less. This one is at −49 dB: nobody hears less on a telephone. */
const QUIETEST_HEARD = 0x70;

/**
 * A text's speech, which must have a sound in it: voices answer with nothing but silence at times, and a caller would wait
 * for the answer, or an agent's greeting be kept so for a day. Then it throws `UNAVAILABLE`, behind the silence.
 */
export async function* speechThatIsHeard(
  provider: string,
  { signal }: Pick<SpeechRequest, 'signal'>,
  speech: AsyncIterable<SpeechPart>,
): AsyncGenerator<SpeechPart, void> {
  let isHeard = false;
  for await (const part of speech) {
    isHeard ||= part instanceof Uint8Array && part.some((byte) => (byte & 0x7f) <= QUIETEST_HEARD);
    yield part;
  }
  if (isHeard || signal.aborted) return;
  throw new AppError(ErrorCode.UNAVAILABLE, `${provider} said nothing but silence.`, {
    provider,
    capability: 'textToSpeech',
    retryable: true,
  });
}
