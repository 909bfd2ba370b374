import { FRAME_BYTES } from '../../audio/mu-law.js';
import type { SpeechRequest, TextToSpeech } from '../text-to-speech.js';
import { delay } from './delay.js';
import { synthesize } from './voice.js';

export interface SandboxTextToSpeechOptions {
  readonly firstByteMs: number;
  /** As in `VoiceOptions`. */
  readonly espeakNg: string | null;
}

/** 200 ms. */
const PIECE_BYTES = 10 * FRAME_BYTES;

/** A voice without a provider. It carries no words in its audio: a caller's echo must not be understood. */
export const createSandboxTextToSpeech = ({
  firstByteMs,
  espeakNg,
}: SandboxTextToSpeechOptions): TextToSpeech => ({
  name: 'sandbox',
  async *speak(request) {
    const audio = await speechOf(request, firstByteMs, espeakNg);
    for (let at = 0; at < audio.length && !request.signal.aborted; at += PIECE_BYTES) {
      yield audio.slice(at, at + PIECE_BYTES);
    }
  },
});

/** Nothing once aborted. */
const speechOf = async (
  { text, voice, language, signal }: SpeechRequest,
  firstByteMs: number,
  espeakNg: string | null,
): Promise<Uint8Array> => {
  const options = { language, espeakNg, signal, ...(voice !== null && { voice }) };
  try {
    const [{ audio }] = await Promise.all([synthesize(text, options), delay(firstByteMs, signal)]);
    return audio;
  } catch (error) {
    if (signal.aborted) return new Uint8Array(0);
    throw error;
  }
};
