/** Watches one who owes an answer: any sign of life is good for as much patience again. */
export class Patience {
  readonly #patienceMs: number;
  readonly #onOverdue: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(patienceMs: number, onOverdue: () => void) {
    this.#patienceMs = patienceMs;
    this.#onOverdue = onOverdue;
  }

  /** Something is owed from here on. */
  begin(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#onOverdue();
    }, this.#patienceMs);
  }

  /** A sign of life. */
  renew(): void {
    if (this.#timer) this.begin();
  }

  /** Nothing is owed any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
