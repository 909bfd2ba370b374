import { SAMPLE_RATE_HZ } from '../../audio/mu-law.js';

const bytesOf = (ms: number): number => (SAMPLE_RATE_HZ * ms) / 1000;

/** Voice activity is sure of an onset after 160 ms, and a soft consonant begins before it. */
const PRE_ROLL_BYTES = bytesOf(300);

/** OpenAI's gpt-4o models answer 400 to less than 0.1 s. */
const SHORTEST_BYTES = bytesOf(100);

const LONGEST_BYTES = bytesOf(60_000);

/** Voice activity ends an utterance 300 ms after its last voice: what it didn't end by then was none. */
const FORGOTTEN_AFTER_BYTES = bytesOf(1_000);

/** What the caller says between two stops, in mu-law, without the silence before it. */
export class UtteranceBuffer {
  #frames: Uint8Array[] = [];
  #bytes = 0;
  #hasVoice = false;
  #bytesSinceVoice = 0;

  /** A minute is there: it's time to take it. */
  get isFull(): boolean {
    return this.#bytes >= LONGEST_BYTES;
  }

  add(frame: Uint8Array, voiced: boolean): void {
    // A copy, because the carrier's frames may be views of something larger.
    this.#frames.push(new Uint8Array(frame));
    this.#bytes += frame.length;
    this.#bytesSinceVoice = voiced ? 0 : this.#bytesSinceVoice + frame.length;
    this.#hasVoice = voiced || (this.#hasVoice && this.#bytesSinceVoice < FORGOTTEN_AFTER_BYTES);
    while (!this.#hasVoice && this.#bytes > PRE_ROLL_BYTES) {
      this.#bytes -= this.#frames.shift()?.length ?? 0;
    }
  }

  /** The utterance, which is then over; `null` when nobody spoke, or for less than 0.1 s. */
  take(): Uint8Array | null {
    if (!this.#hasVoice) return null;
    const utterance = Buffer.concat(this.#frames);
    this.#frames = [];
    this.#bytes = 0;
    this.#hasVoice = false;
    return utterance.length < SHORTEST_BYTES ? null : utterance;
  }
}
