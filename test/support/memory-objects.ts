import { AppError, ErrorCode } from '../../src/domain/errors.js';
import type { ObjectStore } from '../../src/objects/object-store.js';

/** An object store in memory, that a test takes away and looks into. */
export class MemoryObjects implements ObjectStore {
  readonly content = new Map<string, Buffer>();
  isAway = false;

  async put(key: string, content: Uint8Array): Promise<boolean> {
    this.#require();
    if (this.content.has(key)) return false;
    this.content.set(key, Buffer.from(content));
    return true;
  }

  async get(key: string): Promise<Buffer | null> {
    this.#require();
    return this.content.get(key) ?? null;
  }

  async remove(key: string): Promise<void> {
    this.#require();
    this.content.delete(key);
  }

  async list(folder: string): Promise<readonly string[]> {
    this.#require();
    const names = [...this.content.keys()]
      .filter((key) => key.startsWith(`${folder}/`))
      .map((key) => key.slice(folder.length + 1).split('/')[0] ?? '');
    return [...new Set(names)].sort();
  }

  #require(): void {
    if (this.isAway) throw new AppError(ErrorCode.UNAVAILABLE, 'The disk is full.');
  }
}
