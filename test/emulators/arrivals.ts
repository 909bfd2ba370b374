import { EventEmitter, once } from 'node:events';

/** What clients did, in order: each can be waited for. */
export class Arrivals<T> {
  readonly #items: T[] = [];
  readonly #changes = new EventEmitter().setMaxListeners(0);

  /** So far. */
  get items(): readonly T[] {
    return this.#items;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#changes.emit('change');
  }

  /** The one with this number, from 0, as soon as it's there. */
  async at(number: number): Promise<T> {
    for (;;) {
      if (number < this.#items.length) return this.#items[number] as T;
      await once(this.#changes, 'change');
    }
  }
}
