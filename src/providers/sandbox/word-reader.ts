import { type Mark, SEQUENCES } from './watermark.js';

/** After 200 ms without a mark the same mark is a new word: losses are shorter, and pauses between utterances longer. */
const FORGET_AFTER_FRAMES = 10;

/** Joins the marks of a stream's frames to words. A word is reported once, when it's over: nobody knows it sooner. */
export class WordReader {
  /** The latest part; kept after its word was reported, since more of its frames may follow a lost one. */
  #latest: Mark | null = null;
  #framesSince = 0;
  /** The parts of the word that isn't reported yet. */
  #parts = '';

  /** The word that is over with the next frame, by what `readMark` found in it. */
  read(mark: Mark | null): string | null {
    if (mark === null) return this.#readUnmarked();
    const latest = this.#latest;
    this.#framesSince = 0;
    if (latest !== null && isSame(mark, latest)) return null;
    this.#latest = mark;
    const continues = latest?.goesOn && mark.sequence === (latest.sequence + 1) % SEQUENCES;
    const over = continues ? null : this.flush();
    this.#parts += mark.text;
    return over;
  }

  /** The word so far, even where parts of it are still to come. */
  flush(): string | null {
    const word = this.#parts;
    this.#parts = '';
    return word === '' ? null : word;
  }

  #readUnmarked(): string | null {
    this.#framesSince++;
    const forgets = this.#framesSince >= FORGET_AFTER_FRAMES;
    const waitsForParts = this.#latest?.goesOn === true && !forgets;
    if (forgets) this.#latest = null;
    return waitsForParts ? null : this.flush();
  }
}

const isSame = (a: Mark, b: Mark): boolean =>
  a.sequence === b.sequence && a.text === b.text && a.goesOn === b.goesOn;
