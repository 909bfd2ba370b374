import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../../domain/errors.js';
import type { Logger } from '../../domain/logger.js';
import type { DataKey } from '../../ledger/keys/key-ring.js';
import type { ObjectStore } from '../../objects/object-store.js';
import { type PartList, partObject, type RecordingPart, sealPart } from './recording-object.js';

/** So many frames wait for a slow object store, half a minute of them; what comes then is lost. */
const MAX_WAITING = 8;
const TRIES = 3;
const RETRY_MS = 1_000;

export interface GrowingPartsOptions {
  readonly objects: ObjectStore;
  readonly folder: string;
  /** The call's. Throws `UNAVAILABLE`. */
  readonly keyOf: () => Promise<DataKey>;
  /** When it's this frame's turn to be encrypted. */
  readonly turn: () => Promise<void>;
  readonly logger: Logger;
}

/** Stores a recording's frames as they come, each by itself: a killed worker leaves all but the last. */
export class GrowingParts {
  readonly #options: GrowingPartsOptions;
  readonly #parts: RecordingPart[] = [];
  readonly #storing = new Set<Promise<void>>();
  #key: DataKey | null = null;
  #frames = 0;
  #audioBytes = 0;

  constructor(options: GrowingPartsOptions) {
    this.#options = options;
  }

  /** In the background. */
  add(frame: Buffer): void {
    const index = this.#frames++;
    this.#audioBytes += frame.length;
    if (this.#storing.size >= MAX_WAITING) return;
    const storing = this.#store(index, frame)
      .catch((error: unknown) => {
        const { folder, logger } = this.#options;
        logger.warn({ folder, index, error: reasonOf(error) }, 'A part of a recording is lost.');
      })
      .finally(() => this.#storing.delete(storing));
    this.#storing.add(storing);
  }

  /** Once all are stored, or lost. */
  async list(): Promise<PartList> {
    await Promise.all(this.#storing);
    return {
      format: 1,
      keyId: this.#key?.id ?? null,
      audioBytes: this.#audioBytes,
      complete: this.#parts.length === this.#frames,
      parts: this.#parts.toSorted((a, b) => a.index - b.index),
    };
  }

  async #store(index: number, frame: Buffer): Promise<void> {
    const { objects, folder, keyOf, turn } = this.#options;
    for (let tries = 1; ; tries++) {
      try {
        // One key for all: whoever is erased meanwhile stays so, by the key that was destroyed.
        this.#key ??= await keyOf();
        await turn();
        const { content, part } = sealPart(folder, index, frame, this.#key);
        await objects.put(partObject(folder, index), content);
        this.#parts.push(part);
        return;
      } catch (error) {
        if (tries >= TRIES) throw error;
        await sleep(RETRY_MS);
      }
    }
  }
}
