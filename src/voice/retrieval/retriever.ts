/** A piece of a tenant's document. */
export interface Passage {
  readonly documentId: string;
  readonly title: string;
  /** Which piece of it. */
  readonly chunk: number;
  readonly text: string;
  /** How well it fits what was asked for. */
  readonly score: number;
}

/** A tenant's documents, as one call asks them. */
export interface Retriever {
  /** What they have of it, the best first. Rejects where they can't be searched, or `signal` says that nobody waits. */
  retrieve(text: string, signal: AbortSignal): Promise<readonly Passage[]>;
}

/** All tenants' documents. */
export interface Retrievers {
  /** `null`: the tenant has none that could be searched. */
  retrieverOf(tenantId: string): Promise<Retriever | null>;
}
