import { LRUCache } from 'lru-cache';
import { documentDecider } from '../domain/document/decider.js';
import { documentStream } from '../domain/stream.js';
import { ERASED, MISSING } from '../ledger/event-files.js';
import type { Ledger } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { readChunks, readVectors } from './document-content.js';
import type { DocumentObjects } from './document-objects.js';

/** Texts that are in memory, in UTF-16 units: those of a few hundred documents of usual length. */
const CACHED_CHARS = 16_000_000;

interface CachedChunks {
  readonly chunks: readonly string[];
  /** While it opens, nobody erased them. */
  readonly keyId: string;
}

export interface StoredDocumentsOptions {
  readonly ledger: Ledger;
  readonly objects: DocumentObjects;
}

/** What was made of documents, as the ledger names it. Both throw `UNAVAILABLE` when the object store or the ledger is away. */
export class StoredDocuments {
  readonly #options: StoredDocumentsOptions;
  readonly #cache = new LRUCache<string, CachedChunks>({
    maxSize: CACHED_CHARS,
    sizeCalculation: ({ chunks }) => 1 + chunks.reduce((sum, { length }) => sum + length, 0),
  });

  constructor(options: StoredDocumentsOptions) {
    this.#options = options;
  }

  /** Empty where they are gone: the document was removed, its tenant erased or moved here without its files. */
  async vectorsOf(tenantId: string, documentId: string): Promise<readonly Float32Array[]> {
    const { ledger, objects } = this.#options;
    const { vectors, isRemoved } = await load(ledger, documentDecider, documentStream(tenantId, documentId));
    const opened = vectors && !isRemoved ? await objects.open(vectors) : MISSING;
    return opened === ERASED || opened === MISSING ? [] : readVectors(opened.content).vectors;
  }

  /** As `vectorsOf`; a text that is in memory is shown only as long as its key is there. */
  async chunksOf(tenantId: string, documentId: string): Promise<readonly string[]> {
    const { ledger, objects } = this.#options;
    const stream = documentStream(tenantId, documentId);
    const cached = this.#cache.get(stream);
    if (cached && (await objects.keyOf(cached.keyId))) return cached.chunks;
    const { chunks: stored, isRemoved } = await load(ledger, documentDecider, stream);
    const opened = stored && !isRemoved ? await objects.open(stored) : MISSING;
    if (opened === ERASED || opened === MISSING) return [];
    const { chunks } = readChunks(opened.content);
    this.#cache.set(stream, { chunks, keyId: opened.key.id });
    return chunks;
  }

  /** Drops what is in memory of it. */
  forget(tenantId: string, documentId: string): void {
    this.#cache.delete(documentStream(tenantId, documentId));
  }
}
