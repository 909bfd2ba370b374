import type { ObjectStore } from './object-store.js';

/**
 * An object store that may go while a process runs: what isn't mounted any more has no objects, and takes new ones that
 * nobody sees once it's back. So whoever finds nothing, or is about to change something, asks first whether it's there.
 */
export class OwnObjectStore implements ObjectStore {
  readonly #objects: ObjectStore;
  readonly #requireThere: () => Promise<void>;

  /** `requireThere` throws `UNAVAILABLE` while the store isn't there, or is another one. */
  constructor(objects: ObjectStore, requireThere: () => Promise<void>) {
    this.#objects = objects;
    this.#requireThere = requireThere;
  }

  async put(key: string, content: Uint8Array): Promise<boolean> {
    await this.#requireThere();
    return this.#objects.put(key, content);
  }

  async get(key: string): Promise<Buffer | null> {
    const content = await this.#objects.get(key);
    if (content === null) await this.#requireThere();
    return content;
  }

  async remove(key: string): Promise<void> {
    await this.#requireThere();
    return this.#objects.remove(key);
  }

  async list(folder: string): Promise<readonly string[]> {
    const names = await this.#objects.list(folder);
    if (names.length === 0) await this.#requireThere();
    return names;
  }
}
