/** Fewer words than this begin sentences anew: they prove no repetition. */
const MIN_REPEATED_WORDS = 2;

const keyOf = (text: string): string => text.replace(/\s+/g, '').toLowerCase();

/**
 * A model goes on with what another one began to say, and models like to begin again: what it repeats of the beginning,
 * from its start or from any word on, is left out. Spaces and capitals don't matter.
 */
export class Continuation {
  readonly #said: string;
  /** Where the words of what was said begin, in its key. */
  readonly #wordStarts: readonly number[];
  #held = '';
  #decided = false;

  /** `said`: the answer so far, as the caller hears it. */
  constructor(said: string) {
    this.#said = keyOf(said);
    this.#wordStarts = Array.from(said.matchAll(/\S+/g), ({ index }) => keyOf(said.slice(0, index)).length);
  }

  /** What of the text so far is new; it's held back while it may still turn out to be a repetition. */
  push(delta: string): string {
    if (this.#decided) return delta;
    this.#held += delta;
    const key = keyOf(this.#held);
    const mayRepeat = this.#wordStarts.some((start) => this.#said.startsWith(key, start));
    return mayRepeat ? '' : this.#decide(key);
  }

  /** Nothing follows: what was held back and isn't a repetition. */
  end(): string {
    if (this.#decided) return '';
    const key = keyOf(this.#held);
    return this.#said.startsWith(key) ? '' : this.#decide(key);
  }

  #decide(key: string): string {
    this.#decided = true;
    const start = this.#wordStarts.find(
      (at, word) =>
        (word === 0 || this.#wordStarts.length - word >= MIN_REPEATED_WORDS) &&
        key.startsWith(this.#said.slice(at)),
    );
    return start === undefined ? this.#held : behind(this.#held, this.#said.length - start);
  }
}

/** The text behind so many characters that aren't spaces. */
const behind = (text: string, chars: number): string => {
  let left = chars;
  for (const [at, char] of Array.from(text).entries()) {
    if (left <= 0) return Array.from(text).slice(at).join('').trimStart();
    if (!/\s/.test(char)) left -= char.toLowerCase().length;
  }
  return '';
};
