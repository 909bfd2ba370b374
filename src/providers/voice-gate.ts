import { FRAME_MS } from '../audio/mu-law.js';

/** Voice activity is sure of an onset after 160 ms, and a soft consonant begins before it. */
const PRE_ROLL_FRAMES = 300 / FRAME_MS;

/** Voice activity ends an utterance 300 ms after its last voice: what it didn't end by then was none. */
const FORGOTTEN_AFTER_FRAMES = 1_000 / FRAME_MS;

/** Lets through what the caller says, with the 300 ms before it: providers bill silence, and models invent words for it. */
export class VoiceGate {
  #recent: Uint8Array[] = [];
  #isOpen = false;
  #framesSinceVoice = 0;

  /** It was open, and for a second there was no voice and no stop: there was nothing. */
  get isForgotten(): boolean {
    return this.#isOpen && this.#framesSinceVoice >= FORGOTTEN_AFTER_FRAMES;
  }

  /** The frames that are to be heard now, as copies: the carrier's may be views of something larger. */
  pass(frame: Uint8Array, voiced: boolean): readonly Uint8Array[] {
    const copy = new Uint8Array(frame);
    const preRoll = this.#recent;
    this.#recent = [...preRoll, copy].slice(-PRE_ROLL_FRAMES);
    this.#framesSinceVoice = voiced ? 0 : this.#framesSinceVoice + 1;
    if (this.#isOpen) return [copy];
    if (!voiced) return [];
    this.#isOpen = true;
    return [...preRoll, copy];
  }

  /** Until the next voice: what was let through is taken. */
  close(): void {
    if (this.#isOpen) this.#recent = [];
    this.#isOpen = false;
  }

  /** Until the next voice: what was let through is thrown away, so that the end of it may come again. */
  forget(): void {
    this.#isOpen = false;
  }
}
