import type { Embeddings } from '../embeddings.js';
import { stemsOf } from './stems.js';

const DIMENSIONS = 256;
/** Whoever changes how a vector comes about gives it another name. */
const MODEL = 'stems-and-trigrams';
/** Trigrams find what stems miss (a misspelling, a compound); there are many of them, so each counts less. */
const TRIGRAM_WEIGHT = 0.35;

/** Vectors of the words and trigrams that texts share: near for alike wording, blind to meaning. */
export const createSandboxEmbeddings = (): Embeddings => ({
  name: 'sandbox',
  model: MODEL,
  dimensions: DIMENSIONS,
  embed: async (texts) => texts.map(embed),
});

const embed = (text: string): Float32Array => {
  const vector = new Float32Array(DIMENSIONS);
  for (const stem of stemsOf(text)) {
    add(vector, stem, 1);
    const padded = ` ${stem} `;
    for (let at = 0; at + 3 <= padded.length; at++) add(vector, padded.slice(at, at + 3), TRIGRAM_WEIGHT);
  }
  const length = Math.hypot(...vector);
  // A text without content words is like no other one, but of length 1 as promised.
  if (length === 0) vector[0] = 1;
  return length === 0 ? vector : vector.map((value) => value / length);
};

/** The sign keeps two features that fall on one dimension from looking alike (feature hashing, Weinberger 2009). */
const add = (vector: Float32Array, feature: string, weight: number): void => {
  const hash = fnv1a(feature);
  const dimension = hash % DIMENSIONS;
  vector[dimension] = (vector[dimension] as number) + (hash & 0x8000_0000 ? -weight : weight);
};

/** FNV-1a of 32 bits, over UTF-16 units. */
const fnv1a = (text: string): number => {
  let hash = 0x811c_9dc5;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x0100_0193);
  return hash >>> 0;
};
