import type { VectorHit } from './vector-index.js';

export interface ExactSearch {
  readonly do: 'search';
  readonly id: number;
  readonly tenantId: string;
  /** The thread keeps them all: who asks sees to that first. */
  readonly documentIds: readonly string[];
  readonly vector: Float32Array;
  readonly limit: number;
  readonly minScore: number;
}

/** To the thread that searches, which takes them in their order. */
export type ExactMessage =
  | ExactSearch
  | {
      readonly do: 'keep';
      readonly tenantId: string;
      readonly documentId: string;
      /** All of them, one behind the other. */
      readonly vectors: Float32Array;
    }
  | { readonly do: 'forget'; readonly tenantId: string; readonly documentId: string }
  | { readonly do: 'forget-tenant'; readonly tenantId: string };

export interface ExactAnswer {
  readonly id: number;
  readonly hits: readonly VectorHit[];
}
