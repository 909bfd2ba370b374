/** Whose vectors these are: those of two models, or of different lengths, can't be compared. */
export interface VectorSpace {
  readonly provider: string;
  readonly model: string;
  readonly dimensions: number;
}

export const isSameSpace = (a: VectorSpace, b: VectorSpace): boolean =>
  a.provider === b.provider && a.model === b.model && a.dimensions === b.dimensions;

export interface VectorHit {
  readonly documentId: string;
  /** Its place among the document's chunks, from 0. */
  readonly chunk: number;
  /** The cosine of both vectors, -1 to 1. */
  readonly score: number;
}

export interface VectorQuery {
  readonly tenantId: string;
  readonly space: VectorSpace;
  /** Of length 1, as all vectors here. */
  readonly vector: Float32Array;
  readonly limit: number;
  readonly minScore: number;
  /** `null`: all the tenant's. */
  readonly documentIds: readonly string[] | null;
}

/** Finds chunks of a tenant's documents by their vectors. Every method throws `UNAVAILABLE` when its store can't be reached. */
export interface VectorIndex {
  /** Replaces what the document had, in whatever space. */
  put(
    tenantId: string,
    documentId: string,
    space: VectorSpace,
    vectors: readonly Float32Array[],
  ): Promise<void>;
  remove(tenantId: string, documentId: string): Promise<void>;
  /** The best first; never another tenant's. Rejects with the signal's reason once that aborts. */
  search(query: VectorQuery, signal: AbortSignal): Promise<readonly VectorHit[]>;
  close(): Promise<void>;
}
