import { decodeMuLaw, SAMPLE_RATE_HZ } from '../audio/mu-law.js';
import { writeWav } from '../audio/wav.js';

interface Piece {
  readonly fromMs: number;
  readonly muLaw: Uint8Array;
}

/** Both sides of a call: the caller as sent, the agent as played, each where it was on the call's clock. */
export class Recording {
  readonly #caller: Piece[] = [];
  readonly #agent: Piece[] = [];

  addCaller(fromMs: number, muLaw: Uint8Array): void {
    this.#caller.push({ fromMs, muLaw });
  }

  addAgent(fromMs: number, muLaw: Uint8Array): void {
    this.#agent.push({ fromMs, muLaw });
  }

  /** Stereo, 8 kHz: the caller left, the agent right; it begins with the call. */
  toWav(): Uint8Array {
    return writeWav({ channels: [joined(this.#caller), joined(this.#agent)], sampleRateHz: SAMPLE_RATE_HZ });
  }
}

const joined = (pieces: readonly Piece[]): Int16Array => {
  const placed = pieces.map(({ fromMs, muLaw }) => ({ at: Math.max(0, samplesIn(fromMs)), muLaw }));
  const length = placed.reduce((end, { at, muLaw }) => Math.max(end, at + muLaw.length), 0);
  const pcm = new Int16Array(length);
  for (const { at, muLaw } of placed) pcm.set(decodeMuLaw(muLaw), at);
  return pcm;
};

const samplesIn = (ms: number): number => Math.round((ms * SAMPLE_RATE_HZ) / 1000);
