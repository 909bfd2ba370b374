/** The caller's last audio, for a stream that has to begin again. Positions are in bytes since the call's first frame. */
export class AudioTape {
  #frames: Uint8Array[] = [];
  #start = 0;
  #end = 0;

  /** Where what is kept begins. */
  get start(): number {
    return this.#start;
  }

  /** Where the next frame goes. */
  get end(): number {
    return this.#end;
  }

  write(frame: Uint8Array): void {
    // A copy, because the carrier's frames may be views of something larger.
    this.#frames.push(new Uint8Array(frame));
    this.#end += frame.length;
  }

  /** What is kept of the audio between two positions. */
  slice(from: number, to: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    // From the end, because the newest is what is nearly always wanted.
    for (let n = this.#frames.length - 1, end = this.#end; n >= 0 && end > from; n--) {
      const frame = this.#frames[n] ?? new Uint8Array();
      const start = end - frame.length;
      if (start < to) pieces.push(frame.subarray(Math.max(0, from - start), to - start));
      end = start;
    }
    return Buffer.concat(pieces.reverse());
  }

  /** Whole frames before the position are dropped. */
  forgetBefore(position: number): void {
    for (
      let first = this.#frames[0];
      first && this.#start + first.length <= position;
      first = this.#frames[0]
    ) {
      this.#start += first.length;
      this.#frames.shift();
    }
  }
}
