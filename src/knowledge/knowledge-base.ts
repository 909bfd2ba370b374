import type { Providers } from '../providers/registry.js';
import { spaceOf } from './embedder.js';
import type { StoredDocuments } from './stored-documents.js';
import { isSameSpace, type VectorHit, type VectorIndex, type VectorSpace } from './vector-index.js';

export interface Passage {
  readonly documentId: string;
  readonly title: string;
  /** Its place in the document, from 0 on. */
  readonly chunk: number;
  readonly text: string;
  /** The cosine of the question's and the passage's vectors: -1 to 1. */
  readonly score: number;
}

export interface KnowledgeQuery {
  readonly tenantId: string;
  readonly text: string;
  readonly limit: number;
  /** What is less alike is left out. */
  readonly minScore: number;
  /** Only of documents that have one of these. Absent or empty: of all. */
  readonly tags?: readonly string[];
}

/** A document that is ready, of a tenant that isn't erased. */
export interface ReadyDocument extends VectorSpace {
  readonly documentId: string;
  readonly title: string;
  readonly tags: readonly string[];
}

/** What the read models know of a tenant's documents. All throw `UNAVAILABLE`. */
export interface DocumentCatalogue {
  spaces(tenantId: string): Promise<readonly VectorSpace[]>;
  /** All, or those of these ids. */
  ready(tenantId: string, documentIds?: readonly string[]): Promise<readonly ReadyDocument[]>;
}

export interface KnowledgeBaseOptions {
  readonly catalogue: DocumentCatalogue;
  readonly documents: StoredDocuments;
  readonly index: VectorIndex;
  readonly providers: Pick<Providers, 'find'>;
}

/** Where to look: the documents with vectors of one kind. */
interface Shelf {
  readonly space: VectorSpace;
  /** `null`: all of the tenant's. */
  readonly documentIds: readonly string[] | null;
}

/** Finds what a tenant's documents say about something. */
export class KnowledgeBase {
  readonly #options: KnowledgeBaseOptions;

  constructor(options: KnowledgeBaseOptions) {
    this.#options = options;
  }

  /**
   * The likest passages first. `[]` at once, without asking a provider, where the tenant has no document that is ready.
   * Throws `UNAVAILABLE` where the provider, the index or the read models are away, and the signal's reason.
   */
  async search(query: KnowledgeQuery, signal: AbortSignal): Promise<readonly Passage[]> {
    const shelves = await this.#shelves(query);
    const found = await Promise.all(shelves.map((shelf) => this.#look(query, shelf, signal)));
    const likest = found
      .flat()
      .sort((a, b) => b.score - a.score)
      .slice(0, query.limit);
    return this.#passages(query.tenantId, likest);
  }

  async #shelves({ tenantId, tags = [] }: KnowledgeQuery): Promise<readonly Shelf[]> {
    const { catalogue } = this.#options;
    if (tags.length === 0) {
      return (await catalogue.spaces(tenantId)).map((space) => ({ space, documentIds: null }));
    }
    const ready = await catalogue.ready(tenantId);
    const tagged = ready.filter((document) => document.tags.some((tag) => tags.includes(tag)));
    const bySpace = new Map<string, ReadyDocument[]>();
    for (const document of tagged) {
      const name = JSON.stringify([document.provider, document.model, document.dimensions]);
      bySpace.set(name, [...(bySpace.get(name) ?? []), document]);
    }
    return [...bySpace.values()].map((documents) => {
      const [{ provider, model, dimensions }] = documents as [ReadyDocument];
      return {
        space: { provider, model, dimensions },
        documentIds: documents.map(({ documentId }) => documentId),
      };
    });
  }

  /** Documents of a provider that isn't here any more, or has another model now, can't be compared with anything. */
  async #look(
    { tenantId, text, limit, minScore }: KnowledgeQuery,
    { space, documentIds }: Shelf,
    signal: AbortSignal,
  ): Promise<readonly VectorHit[]> {
    const { providers, index } = this.#options;
    const embeddings = providers.find('embeddings', space.provider);
    if (!embeddings || !isSameSpace(spaceOf(embeddings), space)) return [];
    const [vector] = await embeddings.embed([text], signal);
    if (!vector) return [];
    return index.search({ tenantId, space, vector, limit, minScore, documentIds }, signal);
  }

  /** A hit of a document that was removed a moment ago is none. */
  async #passages(tenantId: string, hits: readonly VectorHit[]): Promise<readonly Passage[]> {
    if (hits.length === 0) return [];
    const { catalogue, documents } = this.#options;
    const ids = [...new Set(hits.map(({ documentId }) => documentId))];
    const [ready, texts] = await Promise.all([
      catalogue.ready(tenantId, ids),
      Promise.all(ids.map(async (id) => [id, await documents.chunksOf(tenantId, id)] as const)),
    ]);
    const titles = new Map(ready.map(({ documentId, title }) => [documentId, title]));
    const chunks = new Map(texts);
    return hits.flatMap(({ documentId, chunk, score }) => {
      const title = titles.get(documentId);
      const text = chunks.get(documentId)?.[chunk];
      return title === undefined || text === undefined ? [] : { documentId, title, chunk, text, score };
    });
  }
}
