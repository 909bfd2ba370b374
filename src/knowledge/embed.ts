import { AppError, ErrorCode } from '../domain/errors.js';
import type { Embeddings } from '../providers/embeddings.js';

/** Each of at most 512 tokens: well below what OpenAI takes at once (2,048 texts, 300,000 tokens). */
export const EMBEDDING_BATCH = 100;

/** A vector a text, in order. One batch after another; the first that fails ends it. */
export const embedTexts = async (
  embeddings: Embeddings,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly Float32Array[]> => {
  const vectors: Float32Array[] = [];
  for (let at = 0; at < texts.length; at += EMBEDDING_BATCH) {
    signal.throwIfAborted();
    const batch = texts.slice(at, at + EMBEDDING_BATCH);
    vectors.push(...checked(embeddings, batch.length, await embeddings.embed(batch, signal)));
  }
  signal.throwIfAborted();
  return vectors;
};

/** A vector too few would give every text behind it the meaning of another one. */
const checked = (
  { name, dimensions }: Embeddings,
  texts: number,
  vectors: readonly Float32Array[],
): readonly Float32Array[] => {
  if (vectors.length === texts && vectors.every(({ length }) => length === dimensions)) return vectors;
  throw new AppError(
    ErrorCode.UNAVAILABLE,
    `${name} was asked for ${texts} vectors of ${dimensions} numbers, and gave ${vectors.length} of ${[...new Set(vectors.map(({ length }) => length))].join(', ') || 'none'}.`,
  );
};
