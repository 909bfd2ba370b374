import { z } from 'zod';
import type { VectorSpace } from './vector-index.js';

/** What is in a document's objects, beside what their events say: so a process that finds one needs to make nothing again. */
const textSchema = z.strictObject({
  parser: z.string(),
  pages: z.int().nullable(),
  blocks: z.array(z.string()),
});

const chunksSchema = z.strictObject({
  chunkSize: z.int(),
  overlap: z.int(),
  chunks: z.array(z.string()),
});

const vectorsHeadSchema = z.strictObject({
  provider: z.string(),
  model: z.string(),
  dimensions: z.int().min(1),
  batches: z.int().min(1),
});

export type TextContent = Readonly<z.infer<typeof textSchema>>;
export type ChunksContent = Readonly<z.infer<typeof chunksSchema>>;
export interface VectorsContent {
  readonly space: VectorSpace;
  readonly batches: number;
  readonly vectors: readonly Float32Array[];
}

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
const parsed = (content: Buffer): unknown => JSON.parse(content.toString('utf8'));

/** The readers throw a `SyntaxError` or a `ZodError` for what isn't one. */
export const writeText = (text: TextContent): Buffer => json(text);
export const readText = (content: Buffer): TextContent => textSchema.parse(parsed(content));
export const writeChunks = (chunks: ChunksContent): Buffer => json(chunks);
export const readChunks = (content: Buffer): ChunksContent => chunksSchema.parse(parsed(content));

const LINE_END = 0x0a;
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** A line of JSON, then the vectors' numbers one behind the other: little-endian, as on every machine that Node runs on. */
export const writeVectors = ({ space, batches, vectors }: VectorsContent): Buffer =>
  Buffer.concat([
    json({ ...space, batches }),
    Buffer.of(LINE_END),
    ...vectors.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  ]);

export const readVectors = (content: Buffer): VectorsContent => {
  const headEnd = content.indexOf(LINE_END);
  const { batches, ...space } = vectorsHeadSchema.parse(parsed(content.subarray(0, headEnd)));
  // A copy begins where floats may.
  const numbers = new Float32Array(Uint8Array.from(content.subarray(headEnd + 1)).buffer);
  const count = (content.length - headEnd - 1) / (space.dimensions * FLOAT_BYTES);
  const vectors = Array.from({ length: count }, (_, at) =>
    numbers.subarray(at * space.dimensions, (at + 1) * space.dimensions),
  );
  return { space, batches, vectors };
};
