import { createHash } from 'node:crypto';
import { type Answer, type Delivery, json, refusal } from './delivery.js';

/** Vectors; by default those of texts with common words are near each other. */
export interface EmbeddingsScript extends Delivery {
  readonly data?: readonly { readonly index: number; readonly embedding: readonly number[] }[];
}

interface EmbeddingsBody {
  readonly model?: string;
  readonly input?: readonly string[];
}

const DIMENSIONS = 1536;

/** `POST /embeddings`. Sends floats whatever the format, as many compatible servers do. */
export const embeddings = ({ model, input = [] }: EmbeddingsBody, { data }: EmbeddingsScript): Answer => {
  if (input.length === 0 || input.length > 2048 || input.includes('')) {
    return refusal(400, 'invalid_value', 'Invalid input.', 'input');
  }
  const vectors = data ?? input.map((text, index) => ({ index, embedding: vectorOf(text) }));
  return json({
    object: 'list',
    model,
    data: vectors.map((vector) => ({ object: 'embedding', ...vector })),
    usage: { prompt_tokens: 1, total_tokens: 1 },
  });
};

/** Of length 1: a word is a direction. */
const vectorOf = (text: string): readonly number[] => {
  const vector = new Array<number>(DIMENSIONS).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]) {
    const direction = createHash('sha256').update(word).digest().readUInt32BE() % DIMENSIONS;
    vector[direction] = (vector[direction] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
};
