import { FRAME_BYTES } from '../audio/mu-law.js';

const MIN_FRAMES = 64;

/**
 * A queue of audio frames in one piece of memory, which grows as needed and is used again and again: kept one by one,
 * fifty a second and call, they lived just long enough to be what the garbage collector finds hardest.
 */
export class FrameRing {
  #bytes = new Uint8Array(MIN_FRAMES * FRAME_BYTES);
  #voiced = new Uint8Array(MIN_FRAMES);
  #first = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** `frame`: 160 bytes, which are copied. */
  push(frame: Uint8Array, voiced: boolean): void {
    if (this.#length === this.#capacity) this.#grow();
    const at = this.#slot(this.#length++);
    this.#bytes.set(frame, at * FRAME_BYTES);
    this.#voiced[at] = voiced ? 1 : 0;
  }

  dropFirst(count: number): void {
    const dropped = Math.min(count, this.#length);
    this.#first = this.#slot(dropped);
    this.#length -= dropped;
  }

  /** A copy of the frame at `index`, counted from the earliest. */
  frame(index: number): Uint8Array {
    const at = this.#slot(index);
    return this.#bytes.slice(at * FRAME_BYTES, (at + 1) * FRAME_BYTES);
  }

  isVoiced(index: number): boolean {
    return this.#voiced[this.#slot(index)] === 1;
  }

  /** How many are voiced. */
  countVoiced(): number {
    let count = 0;
    for (let index = 0; index < this.#length; index++) if (this.isVoiced(index)) count++;
    return count;
  }

  get #capacity(): number {
    return this.#voiced.length;
  }

  #slot(index: number): number {
    return (this.#first + index) % this.#capacity;
  }

  #grow(): void {
    const bytes = new Uint8Array(this.#bytes.length * 2);
    const voiced = new Uint8Array(this.#voiced.length * 2);
    // The ring's two halves, in their order.
    bytes.set(this.#bytes.subarray(this.#first * FRAME_BYTES));
    bytes.set(
      this.#bytes.subarray(0, this.#first * FRAME_BYTES),
      this.#bytes.length - this.#first * FRAME_BYTES,
    );
    voiced.set(this.#voiced.subarray(this.#first));
    voiced.set(this.#voiced.subarray(0, this.#first), this.#voiced.length - this.#first);
    this.#bytes = bytes;
    this.#voiced = voiced;
    this.#first = 0;
  }
}
