const OPENS = '<think>';
const CLOSES = '</think>';

/**
 * What of an answer's text is meant for the caller. Models that think first say so between tags, and servers that don't take
 * those out send all of it as the answer: it would be read out.
 */
export class WithoutThoughts {
  #state: 'beginning' | 'thinking' | 'answering';
  /** What may still be a tag, or its beginning. */
  #held = '';

  /** `isThinking`: the tag that begins the thoughts is the prompt's, and the text has only the one that ends them. */
  constructor(isThinking = false) {
    this.#state = isThinking ? 'thinking' : 'beginning';
  }

  /** What of the next piece is the answer's. */
  push(delta: string): string {
    if (this.#state === 'answering') return delta;
    this.#held += delta;
    if (this.#state === 'beginning') {
      const begun = this.#held.trimStart().slice(0, OPENS.length);
      if (!OPENS.startsWith(begun)) return this.#answer(this.#held);
      if (begun.length < OPENS.length) return '';
      this.#state = 'thinking';
    }
    const end = this.#held.indexOf(CLOSES);
    if (end >= 0) return this.#answer(this.#held.slice(end + CLOSES.length));
    this.#held = this.#held.slice(-CLOSES.length);
    return '';
  }

  /** Nothing follows: what was held back, and is no thought. */
  end(): string {
    return this.#state === 'beginning' ? this.#answer(this.#held) : '';
  }

  #answer(text: string): string {
    this.#state = 'answering';
    return text;
  }
}
