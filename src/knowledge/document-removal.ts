import { documentStream, parseStreamName } from '../domain/stream.js';
import type { DocumentObjects } from './document-objects.js';
import type { VectorIndex } from './vector-index.js';

export interface DocumentRemovalOptions {
  readonly objects: DocumentObjects;
  readonly index: VectorIndex;
}

/**
 * Forgets what was made of documents. Each is done at least once, by several processes at once and at any time after: done
 * again, it changes nothing. Both throw `UNAVAILABLE` when the object store or the index is away.
 */
export class DocumentRemoval {
  readonly #options: DocumentRemovalOptions;

  constructor(options: DocumentRemovalOptions) {
    this.#options = options;
  }

  /** The vectors first: as long as objects are left, a process that was killed finds what it didn't come to. */
  async forget(stream: string): Promise<void> {
    const { objects, index } = this.#options;
    const { tenantId, id } = parseStreamName(stream);
    await index.remove(tenantId, id);
    await objects.remove(stream);
  }

  /** Of an erased tenant; what was uploaded for it since has other keys, and stays. */
  async forgetErased(tenantId: string): Promise<void> {
    const { objects } = this.#options;
    for (const documentId of await objects.documentsOf(tenantId)) {
      const stream = documentStream(tenantId, documentId);
      if (await objects.isErased(stream)) await this.forget(stream);
    }
  }
}
