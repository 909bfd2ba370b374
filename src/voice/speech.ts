import { levelDb } from '../audio/level.js';
import { decodeMuLaw, FRAME_BYTES, FRAME_MS } from '../audio/mu-law.js';
import type { Languages } from '../providers/language.js';
import type { SpeechRequest, TextToSpeech, TimedWord } from '../providers/text-to-speech.js';

/** Quieter is heard as silence. */
const SILENCE_BELOW_DB = -50;

export interface SpeechProgress {
  readonly audio: Uint8Array;
  readonly done: boolean;
  /** Silence that the chunk begins with, as far as it's made. */
  readonly leadMs: number;
  /** Silence that it ends with; 0 until it's done. */
  readonly tailMs: number;
  /** Further words of the chunk, as the provider timed them. */
  readonly words?: readonly TimedWord[];
}

export interface Voice extends Languages {
  readonly provider: TextToSpeech;
  readonly model: string | null;
  readonly voice: string | null;
  readonly speed: number | null;
  readonly tone: string | null;
  readonly voiceSettings: Readonly<Record<string, number | boolean | string>>;
}

/** A chunk's speech as it's made, with its silence measured: what isn't heard isn't counted as words. */
export async function* speak(
  { provider, ...settings }: Voice,
  { text, utterance }: Pick<SpeechRequest, 'text' | 'utterance'>,
  signal: AbortSignal,
): AsyncIterable<SpeechProgress> {
  const edges = new SilentEdges();
  // Words alone are no progress: they wait for the audio that follows.
  let timed: TimedWord[] = [];
  const wordsSoFar = (): Pick<SpeechProgress, 'words'> => {
    const words = timed;
    timed = [];
    return words.length === 0 ? {} : { words };
  };
  for await (const part of provider.speak({ ...settings, text, utterance, signal })) {
    if (part instanceof Uint8Array) {
      edges.push(part);
      yield { audio: part, done: false, leadMs: edges.leadMs, tailMs: 0, ...wordsSoFar() };
    } else timed.push(...part.words);
  }
  if (signal.aborted) return;
  const { leadMs, tailMs } = edges;
  yield { audio: new Uint8Array(0), done: true, leadMs, tailMs, ...wordsSoFar() };
}

/** Counts the silent frames at both ends of a growing piece of audio. */
export class SilentEdges {
  /** Of the frame in hand. */
  readonly #pcm = new Int16Array(FRAME_BYTES);
  #heard = false;
  #lead = 0;
  #tail = 0;
  #rest: Uint8Array = new Uint8Array(0);

  get leadMs(): number {
    return this.#lead * FRAME_MS;
  }

  get tailMs(): number {
    return this.#heard ? this.#tail * FRAME_MS : 0;
  }

  push(audio: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? audio : Buffer.concat([this.#rest, audio]);
    const end = bytes.length - (bytes.length % FRAME_BYTES);
    for (let at = 0; at < end; at += FRAME_BYTES) {
      const isSilent =
        levelDb(decodeMuLaw(bytes.subarray(at, at + FRAME_BYTES), this.#pcm)) < SILENCE_BELOW_DB;
      if (!isSilent) this.#heard = true;
      else if (!this.#heard) this.#lead++;
      this.#tail = isSilent ? this.#tail + 1 : 0;
    }
    this.#rest = bytes.subarray(end);
  }
}
