import { AppError, ErrorCode } from '../domain/errors.js';
import { SearchThread } from './search-thread.js';
import { untilAborted } from './until-aborted.js';
import type { VectorHit, VectorIndex, VectorQuery, VectorSpace } from './vector-index.js';

export interface ExactIndexOptions {
  /** A document's vectors in the order of its chunks, from the object store. */
  readonly load: (tenantId: string, documentId: string) => Promise<readonly Float32Array[]>;
  /** Those that are ready. Asked at each search, so that what other processes added and removed is seen. */
  readonly documentsOf: (tenantId: string, space: VectorSpace) => Promise<readonly string[]>;
  /** How much the thread may keep of all tenants: by default 87,000 chunks of 1,536 numbers each. */
  readonly maxKeptBytes?: number;
}

/** Compares the query with every vector of the tenant, in a thread beside the calls. */
export const createExactIndex = (options: ExactIndexOptions): VectorIndex => new ExactIndex(options);

/** So many documents are read at once for a search. */
const LOADS_AT_ONCE = 8;

/** A document whose vectors are on their way into the thread, or there. */
interface KeptDocument {
  readonly space: string;
  readonly kept: Promise<void>;
  bytes: number;
}

interface KeptTenant {
  readonly documents: Map<string, KeptDocument>;
  /** Under way: what they need stays. */
  searches: number;
}

class ExactIndex implements VectorIndex {
  readonly #load: ExactIndexOptions['load'];
  readonly #documentsOf: ExactIndexOptions['documentsOf'];
  readonly #maxKeptBytes: number;
  /** Who searched longest ago is first. */
  readonly #tenants = new Map<string, KeptTenant>();
  #thread: SearchThread | undefined;

  constructor({ load, documentsOf, maxKeptBytes = 536_870_912 }: ExactIndexOptions) {
    this.#load = load;
    this.#documentsOf = documentsOf;
    this.#maxKeptBytes = maxKeptBytes;
  }

  /** The vectors are in the object store by now, and are loaded when somebody searches. */
  async put(tenantId: string, documentId: string): Promise<void> {
    this.#forget(tenantId, documentId);
  }

  async remove(tenantId: string, documentId: string): Promise<void> {
    this.#forget(tenantId, documentId);
  }

  search(query: VectorQuery, signal: AbortSignal): Promise<readonly VectorHit[]> {
    return untilAborted(signal, () => this.#search(query));
  }

  async close(): Promise<void> {
    await this.#thread?.end();
  }

  async #search({ tenantId, space, vector, limit, minScore, documentIds }: VectorQuery) {
    const ready = await this.#documentsOf(tenantId, space);
    const asked = documentIds ? ready.filter((documentId) => documentIds.includes(documentId)) : ready;
    const thread = this.#started();
    const tenant = this.#touched(tenantId);
    tenant.searches++;
    try {
      for (let at = 0; at < asked.length; at += LOADS_AT_ONCE) {
        const some = asked.slice(at, at + LOADS_AT_ONCE);
        await Promise.all(some.map((id) => this.#keep(thread, { tenantId, documentId: id }, tenant, space)));
      }
      return await thread.search({ tenantId, documentIds: asked, vector, limit, minScore });
    } finally {
      tenant.searches--;
      this.#makeRoom();
    }
  }

  /** A thread that ended took all with it. */
  #started(): SearchThread {
    this.#thread ??= new SearchThread(() => {
      this.#thread = undefined;
      this.#tenants.clear();
    });
    return this.#thread;
  }

  #touched(tenantId: string): KeptTenant {
    const tenant = this.#tenants.get(tenantId) ?? { documents: new Map(), searches: 0 };
    this.#tenants.delete(tenantId);
    this.#tenants.set(tenantId, tenant);
    return tenant;
  }

  #keep(
    thread: SearchThread,
    document: { readonly tenantId: string; readonly documentId: string },
    { documents }: KeptTenant,
    space: VectorSpace,
  ): Promise<void> {
    const { tenantId, documentId } = document;
    const spaceName = JSON.stringify([space.provider, space.model, space.dimensions]);
    const present = documents.get(documentId);
    if (present?.space === spaceName) return present.kept;
    const load = async (): Promise<void> => {
      const vectors = joined(await this.#load(tenantId, documentId), document, space);
      // Replaced or removed meanwhile: these are the old ones.
      if (documents.get(documentId) !== loading) return;
      loading.bytes = vectors.byteLength;
      thread.post({ do: 'keep', tenantId, documentId, vectors }, [vectors.buffer]);
    };
    const kept = load();
    const loading: KeptDocument = { space: spaceName, kept, bytes: 0 };
    documents.set(documentId, loading);
    // What failed is tried again by the next search.
    kept.catch(() => documents.get(documentId) === loading && documents.delete(documentId));
    return kept;
  }

  #forget(tenantId: string, documentId: string): void {
    if (!this.#tenants.get(tenantId)?.documents.delete(documentId)) return;
    this.#thread?.post({ do: 'forget', tenantId, documentId });
  }

  /** A tenant who has more than all the room alone is loaded anew for each search: Qdrant is for those. */
  #makeRoom(): void {
    let bytes = 0;
    for (const { documents } of this.#tenants.values())
      for (const document of documents.values()) bytes += document.bytes;
    for (const [tenantId, { documents, searches }] of this.#tenants) {
      if (bytes <= this.#maxKeptBytes) return;
      if (searches > 0) continue;
      for (const document of documents.values()) bytes -= document.bytes;
      this.#tenants.delete(tenantId);
      this.#thread?.post({ do: 'forget-tenant', tenantId });
    }
  }
}

const joined = (
  vectors: readonly Float32Array[],
  details: { readonly tenantId: string; readonly documentId: string },
  { dimensions }: VectorSpace,
): Float32Array<ArrayBuffer> => {
  const all = new Float32Array(vectors.length * dimensions);
  vectors.forEach((vector, n) => {
    if (vector.length !== dimensions) {
      const message = `The vectors of ${details.documentId} have ${vector.length} numbers, and ${dimensions} are asked for.`;
      throw new AppError(ErrorCode.INTERNAL, message, details);
    }
    all.set(vector, n * dimensions);
  });
  return all;
};
