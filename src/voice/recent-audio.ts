import { FRAME_MS } from '../audio/mu-law.js';
import { FrameRing } from './frame-ring.js';

/** Longer than anybody talks before something of it is final. */
const LONGEST_MS = 30_000;
/** Of silence before the first word: where the word's beginning is too quiet to count as voice. */
const BEFORE_VOICE_MS = 500;

/** The caller's audio whose words aren't final yet: another provider can hear it again. At most 330 kB. */
export class RecentAudio {
  readonly #frames = new FrameRing();
  #hasVoice = false;
  /** The caller had stopped after so many frames, and the words of them are waited for. */
  #finalizedAt: number | null = null;

  /** `frame`: 160 bytes of mu-law. */
  add(frame: Uint8Array, voiced: boolean): void {
    this.#hasVoice ||= voiced;
    this.#frames.push(frame, voiced);
    this.#keepLast((this.#hasVoice ? LONGEST_MS : BEFORE_VOICE_MS) / FRAME_MS);
  }

  finalize(): void {
    this.#finalizedAt = this.#frames.length;
  }

  /** The words so far are final: what came after the caller stopped is newer than they. */
  onFinal(): void {
    this.#frames.dropFirst(this.#finalizedAt ?? this.#frames.length);
    this.#finalizedAt = null;
    this.#hasVoice = this.#frames.countVoiced() > 0;
  }

  /** How far back it reaches. */
  get ms(): number {
    return this.#frames.length * FRAME_MS;
  }

  /** For how long the caller has spoken without anything of it being final. */
  get voicedMs(): number {
    return this.#frames.countVoiced() * FRAME_MS;
  }

  /** Hands it on, with the caller's stop where it was. */
  replay(to: { write(frame: Uint8Array, voiced: boolean): void; finalize(): void }): void {
    for (let at = 0; at < this.#frames.length; at++) {
      if (at === this.#finalizedAt) to.finalize();
      to.write(this.#frames.frame(at), this.#frames.isVoiced(at));
    }
    if (this.#finalizedAt === this.#frames.length && this.#hasVoice) to.finalize();
  }

  #keepLast(count: number): void {
    const tooMany = this.#frames.length - count;
    if (tooMany <= 0) return;
    this.#frames.dropFirst(tooMany);
    if (this.#finalizedAt !== null) this.#finalizedAt = Math.max(0, this.#finalizedAt - tooMany);
  }
}
