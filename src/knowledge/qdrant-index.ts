import { QdrantClient, type Schemas } from '@qdrant/js-client-rest';
import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import { type QdrantFailures, qdrantFailures, statusOf } from './qdrant-failure.js';
import { untilAborted } from './until-aborted.js';
import type { VectorHit, VectorIndex, VectorQuery, VectorSpace } from './vector-index.js';

export interface QdrantIndexOptions {
  /** As in QDRANT_URL: `https://host:6333`, where the port is 6333 if it says none. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** How long a single request may take. */
  readonly timeoutMs?: number;
}

/** Vectors on a Qdrant server, a collection for each space. */
export const createQdrantIndex = (options: QdrantIndexOptions): VectorIndex => new QdrantIndex(options);

const PREFIX = 'ledgerline_';
/** Random; our point ids are derived in it, so that a repeated upload writes the same points. */
const POINT_IDS = '7a4c2c1e-55a0-4a0b-9d7b-0c8f1f5b2f6e';
/** With 3,072 numbers each, some 6 MB: the server takes 32. */
const POINTS_AT_ONCE = 100;

const payload = z.object({ documentId: z.string(), chunk: z.number() });

class QdrantIndex implements VectorIndex {
  readonly #client: QdrantClient;
  readonly #failures: QdrantFailures;
  /** Collections that this process knows to have their indexes. */
  readonly #prepared = new Set<string>();

  constructor({ url, apiKey, timeoutMs = 10_000 }: QdrantIndexOptions) {
    this.#client = clientOf(url, apiKey, timeoutMs);
    this.#failures = qdrantFailures(url, timeoutMs);
  }

  put(
    tenantId: string,
    documentId: string,
    space: VectorSpace,
    vectors: readonly Float32Array[],
  ): Promise<void> {
    return this.#failures.translated(async () => {
      const name = collectionOf(space);
      const present = await this.#collections();
      if (!present.includes(name) || !this.#prepared.has(name)) await this.#prepare(name, space);
      for (let from = 0; from < vectors.length; from += POINTS_AT_ONCE) {
        const points = vectors.slice(from, from + POINTS_AT_ONCE).map((vector, n) => ({
          id: uuidv5(`${tenantId}/${documentId}/${from + n}`, POINT_IDS),
          vector: [...vector],
          payload: { tenantId, documentId, chunk: from + n },
        }));
        await this.#client.upsert(name, { wait: true, points });
      }
      // The new ones are there by now, so a search meanwhile finds either: what the document had beyond them goes last.
      const beyond = { key: 'chunk', range: { gte: vectors.length } };
      await this.#delete(name, tenantId, documentId, [beyond]);
      for (const other of present) if (other !== name) await this.#delete(other, tenantId, documentId);
    });
  }

  remove(tenantId: string, documentId: string): Promise<void> {
    return this.#failures.translated(async () => {
      for (const name of await this.#collections()) await this.#delete(name, tenantId, documentId);
    });
  }

  search(query: VectorQuery, signal: AbortSignal): Promise<readonly VectorHit[]> {
    return untilAborted(signal, () => this.#failures.translated(() => this.#search(query)));
  }

  /** The client's connections are closed when they have been idle for ten seconds, and keep no process alive. */
  async close(): Promise<void> {}

  async #search({ tenantId, space, vector, limit, minScore, documentIds }: VectorQuery) {
    if (documentIds?.length === 0) return [];
    try {
      const { points } = await this.#client.query(collectionOf(space), {
        query: [...vector],
        filter: filterOf(tenantId, documentIds),
        limit,
        score_threshold: minScore,
        with_payload: true,
      });
      return points.map(({ score, payload: its }) => ({ ...payload.parse(its), score }));
    } catch (error) {
      // Nobody has put anything into this space.
      if (statusOf(error) === 404) return [];
      throw error;
    }
  }

  async #collections(): Promise<readonly string[]> {
    const { collections } = await this.#client.getCollections();
    return collections.map(({ name }) => name).filter((name) => name.startsWith(PREFIX));
  }

  async #prepare(name: string, { dimensions }: VectorSpace): Promise<void> {
    try {
      await this.#client.createCollection(name, { vectors: { size: dimensions, distance: 'Cosine' } });
    } catch (error) {
      // It was there, or another process was faster.
      if (statusOf(error) !== 409) throw error;
    }
    const tenant = { type: 'keyword', is_tenant: true } as const;
    await this.#client.createPayloadIndex(name, { field_name: 'tenantId', field_schema: tenant, wait: true });
    await this.#client.createPayloadIndex(name, {
      field_name: 'documentId',
      field_schema: 'keyword',
      wait: true,
    });
    this.#prepared.add(name);
  }

  async #delete(
    name: string,
    tenantId: string,
    documentId: string,
    further: readonly Schemas['FieldCondition'][] = [],
  ): Promise<void> {
    await this.#client.delete(name, { wait: true, filter: filterOf(tenantId, [documentId], further) });
  }
}

/** The one place where a filter is made: none is without the tenant. */
const filterOf = (
  tenantId: string,
  documentIds: readonly string[] | null,
  further: readonly Schemas['FieldCondition'][] = [],
): Schemas['Filter'] => ({
  must: [
    { key: 'tenantId', match: { value: tenantId } },
    ...(documentIds ? [{ key: 'documentId', match: { any: [...documentIds] } }] : []),
    ...further,
  ],
});

/** Different for different spaces: whatever isn't a letter, a digit or `-` is told by its number. */
const collectionOf = ({ provider, model, dimensions }: VectorSpace): string =>
  `${PREFIX}${named(provider)}_${named(model)}_${dimensions}`;

const named = (text: string): string =>
  text.replace(/[^a-z0-9-]/g, (character) => `_${character.charCodeAt(0)}_`);

/** The client takes the host of a URL alone, and its own port for HTTPS's: it is given the parts. */
const clientOf = (address: string, apiKey: string | undefined, timeout: number): QdrantClient => {
  const { protocol, hostname, pathname } = new URL(address);
  const port = /^https?:\/\/[^/]*:(\d+)(\/|$)/.exec(address)?.[1] ?? '6333';
  return new QdrantClient({
    host: hostname,
    port: Number(port),
    https: protocol === 'https:',
    prefix: pathname.replace(/\/$/, ''),
    // Given as the key, it would be warned of on the console where the server is a neighbour without TLS.
    headers: apiKey === undefined ? {} : { 'api-key': apiKey },
    timeout,
    checkCompatibility: false,
  });
};
