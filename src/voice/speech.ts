import { levelDb } from '../audio/level.js';
import { decodeMuLaw, FRAME_BYTES, FRAME_MS } from '../audio/mu-law.js';
import type { TextToSpeech } from '../providers/text-to-speech.js';

/** Quieter is heard as silence. */
const SILENCE_BELOW_DB = -50;

export interface SpeechProgress {
  readonly audio: Uint8Array;
  readonly done: boolean;
  /** Silence that the chunk begins with, as far as it's made. */
  readonly leadMs: number;
  /** Silence that it ends with; 0 until it's done. */
  readonly tailMs: number;
}

export interface Voice {
  readonly provider: TextToSpeech;
  readonly model: string | null;
  readonly voice: string | null;
  readonly language: string;
}

/** A chunk's speech as it's made, with its silence measured: what isn't heard isn't counted as words. */
export async function* speak(
  { provider, model, voice, language }: Voice,
  text: string,
  signal: AbortSignal,
): AsyncIterable<SpeechProgress> {
  const edges = new SilentEdges();
  for await (const audio of provider.speak({ text, model, voice, language, signal })) {
    edges.push(audio);
    yield { audio, done: false, leadMs: edges.leadMs, tailMs: 0 };
  }
  if (!signal.aborted)
    yield { audio: new Uint8Array(0), done: true, leadMs: edges.leadMs, tailMs: edges.tailMs };
}

/** Counts the silent frames at both ends of a growing piece of audio. */
class SilentEdges {
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
      const isSilent = levelDb(decodeMuLaw(bytes.subarray(at, at + FRAME_BYTES))) < SILENCE_BELOW_DB;
      if (!isSilent) this.#heard = true;
      else if (!this.#heard) this.#lead++;
      this.#tail = isSilent ? this.#tail + 1 : 0;
    }
    this.#rest = bytes.subarray(end);
  }
}
