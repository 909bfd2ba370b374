import { setImmediate } from 'node:timers/promises';
import { FRAME_BYTES } from '../../audio/mu-law.js';
import type { SpeechRequest, TextToSpeech } from '../text-to-speech.js';
import { delay } from './delay.js';
import { type Speech, synthesize } from './voice.js';

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
    const { audio, words } = await speechOf(request, firstByteMs, espeakNg);
    if (words.length > 0) yield { words };
    for (let at = 0; at < audio.length && !request.signal.aborted; at += PIECE_BYTES) {
      yield audio.slice(at, at + PIECE_BYTES);
      // A service's pieces come one by one: other calls have their turn between them.
      await setImmediate();
    }
  },
});

const NOTHING: Speech = { audio: new Uint8Array(0), words: [] };

/** Nothing once aborted. */
const speechOf = async (
  { text, voice, speed, language, signal }: SpeechRequest,
  firstByteMs: number,
  espeakNg: string | null,
): Promise<Speech> => {
  const named = { ...(voice !== null && { voice }), ...(speed !== null && { speed }) };
  try {
    const speech = synthesize(text, { language, espeakNg, signal, ...named });
    const [made] = await Promise.all([speech, delay(firstByteMs, signal)]);
    return signal.aborted ? NOTHING : made;
  } catch (error) {
    if (signal.aborted) return NOTHING;
    throw error;
  }
};
