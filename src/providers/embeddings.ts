/** Texts as vectors. */
export interface Embeddings {
  readonly name: string;
  /** Vectors of another one can't be compared with these. */
  readonly model: string;
  readonly dimensions: number;
  /** A vector a text, in order, of length 1. Throws an `AppError` when the provider fails. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
}
