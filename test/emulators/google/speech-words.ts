/** A word is so much of one byte: what hears only a part of it hears something else. */
export const WORD_MS = 200;

const BYTES_A_MS = 8;
const SILENCE = 0xff;

/** Speech that the emulator understands: word `n` is `w<n>`, from 1 to 254. */
export const spokenWord = (number: number): Uint8Array => new Uint8Array(WORD_MS * BYTES_A_MS).fill(number);

export const silence = (ms: number): Uint8Array => new Uint8Array(ms * BYTES_A_MS).fill(SILENCE);

/** Hears words in audio. */
export class WordListener {
  #words: string[] = [];
  #byte = SILENCE;
  #runBytes = 0;

  hear(audio: Uint8Array): void {
    for (const byte of audio) {
      if (byte !== this.#byte) this.#endRun();
      this.#byte = byte;
      this.#runBytes++;
      const isWord = byte !== SILENCE && this.#runBytes % (WORD_MS * BYTES_A_MS) === 0;
      if (isWord) this.#words.push(`w${byte}`);
    }
  }

  /** The words so far; a part of one is `?`. */
  get words(): readonly string[] {
    return this.#words;
  }

  /** How much silence came last. */
  get silentMs(): number {
    return this.#byte === SILENCE ? this.#runBytes / BYTES_A_MS : 0;
  }

  /** The words, with what is cut off at the end; then it begins anew. */
  take(): readonly string[] {
    this.#endRun();
    const words = this.#words;
    this.#words = [];
    return words;
  }

  #endRun(): void {
    const isPart = this.#byte !== SILENCE && this.#runBytes % (WORD_MS * BYTES_A_MS) !== 0;
    if (isPart) this.#words.push('?');
    this.#runBytes = 0;
  }
}
