import { z } from 'zod';
import { AppError, ErrorCode } from '../domain/errors.js';
import type { ObjectStore } from './object-store.js';

/** Its object, at the top, where people look first. */
export const MARKER = 'store.json';

const markerSchema = z.strictObject({ format: z.literal(1), id: z.uuid() });

/** Says in an object store which one it is: one that isn't mounted looks like an empty one. */
export class StoreMarker {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** `null`: the store has none. Throws `UNAVAILABLE`, and `INTERNAL` for one that isn't as it was written. */
  async read(): Promise<string | null> {
    const content = await this.#objects.get(MARKER);
    if (!content) return null;
    const parsed = markerSchema.safeParse(jsonOf(content));
    if (parsed.success) return parsed.data.id;
    throw new AppError(
      ErrorCode.INTERNAL,
      `${MARKER} in the object store is damaged: bring it back from a backup, or remove it and run "ledgerline objects adopt".`,
    );
  }

  /** The store's id; of several who make it at once one does, and all get the same. Throws as `read`. */
  async readOrMake(newId: string): Promise<string> {
    const there = await this.read();
    if (there !== null) return there;
    const content = `${JSON.stringify({ format: 1, id: newId })}\n`;
    return (await this.#objects.put(MARKER, Buffer.from(content))) ? newId : this.readOrMake(newId);
  }
}

const jsonOf = (content: Buffer): unknown => {
  try {
    return JSON.parse(String(content));
  } catch {
    return undefined;
  }
};
