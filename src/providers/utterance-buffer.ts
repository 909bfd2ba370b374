import { msOf, SAMPLE_RATE_HZ } from '../audio/mu-law.js';
import { VoiceGate } from './voice-gate.js';

const bytesOf = (ms: number): number => (SAMPLE_RATE_HZ * ms) / 1000;

/** OpenAI's gpt-4o models answer 400 to less than 0.1 s. */
const SHORTEST_BYTES = bytesOf(100);

const LONGEST_BYTES = bytesOf(60_000);

/** What the caller says between two stops, in mu-law, without the silence before it. */
export class UtteranceBuffer {
  readonly #gate = new VoiceGate();
  #frames: Uint8Array[] = [];
  #bytes = 0;
  #takenBytes = 0;

  /** All utterances that were taken, in ms. */
  get takenMs(): number {
    return msOf(this.#takenBytes);
  }

  /** A minute is there: it's time to take it. */
  get isFull(): boolean {
    return this.#bytes >= LONGEST_BYTES;
  }

  add(frame: Uint8Array, voiced: boolean): void {
    for (const passed of this.#gate.pass(frame, voiced)) {
      this.#frames.push(passed);
      this.#bytes += passed.length;
    }
    if (!this.#gate.isForgotten) return;
    this.#gate.forget();
    this.#clear();
  }

  /** The utterance, which is then over; `null` when nobody spoke, or for less than 0.1 s. */
  take(): Uint8Array | null {
    const utterance = Buffer.concat(this.#frames);
    this.#gate.close();
    this.#clear();
    if (utterance.length < SHORTEST_BYTES) return null;
    this.#takenBytes += utterance.length;
    return utterance;
  }

  #clear(): void {
    this.#frames = [];
    this.#bytes = 0;
  }
}
