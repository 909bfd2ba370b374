import type { DocumentCommand, DocumentState } from '../domain/document/decider.js';
import type { IngestionStep } from '../domain/document/vocabulary.js';
import { parseStreamName } from '../domain/stream.js';
import { ERASED } from '../ledger/event-files.js';
import type { Embeddings } from '../providers/embeddings.js';
import { CHUNK_TOKENS, OVERLAP_TOKENS } from './chunk.js';
import { chunkAside } from './chunk-aside.js';
import {
  readChunks,
  readText,
  readVectors,
  writeChunks,
  writeText,
  writeVectors,
} from './document-content.js';
import type { DocumentObjects, OpenObject } from './document-objects.js';
import { EMBEDDING_BATCH, embedTexts } from './embed.js';
import { spaceOf } from './embedder.js';
import { mediaTypeOf } from './media-types.js';
import { parseDocument } from './parse.js';
import type { VectorIndex } from './vector-index.js';

export interface StepOptions {
  readonly objects: DocumentObjects;
  readonly index: VectorIndex;
  /** What embeds the documents that come now. */
  readonly embeddings: Embeddings;
  /** The process stops: the next one goes on. */
  readonly signal: AbortSignal;
}

export interface StepInput {
  readonly stream: string;
  readonly state: DocumentState;
  /** What the step before stored. */
  readonly source: OpenObject;
}

type Step = (options: StepOptions, input: StepInput) => Promise<DocumentCommand | typeof ERASED>;

const parse: Step = async ({ objects, signal }, { stream, state, source: { content, key } }) => {
  const made = await objects.findOrMake(stream, 'text', key, async () => {
    const mediaType = mediaTypeOf(null, state.uploaded?.mediaType ?? null);
    const { parser, pages, blocks } = await parseDocument(content, mediaType, signal);
    return writeText({ parser, pages, blocks: [...blocks] });
  });
  if (made === ERASED) return ERASED;
  const { parser, pages, blocks } = readText(made.content);
  const chars = blocks.reduce((sum, block) => sum + block.length, 0);
  return { type: 'StoreText', text: { chars, pages, parser, ...made.stored } };
};

const chunk: Step = async ({ objects, signal }, { stream, source: { content, key } }) => {
  const made = await objects.findOrMake(stream, 'chunks', key, async () => {
    const chunks = await chunkAside(readText(content), signal);
    return writeChunks({ chunkSize: CHUNK_TOKENS, overlap: OVERLAP_TOKENS, chunks: [...chunks] });
  });
  if (made === ERASED) return ERASED;
  const { chunkSize, overlap, chunks } = readChunks(made.content);
  return { type: 'StoreChunks', chunks: { chunkSize, overlap, count: chunks.length, ...made.stored } };
};

const embed: Step = async ({ objects, index, embeddings, signal }, { stream, source: { content, key } }) => {
  const made = await objects.findOrMake(stream, 'vectors', key, async () => {
    const { chunks } = readChunks(content);
    const vectors = await embedTexts(embeddings, chunks, signal);
    const space = spaceOf(embeddings);
    return writeVectors({ space, batches: Math.ceil(chunks.length / EMBEDDING_BATCH), vectors });
  });
  if (made === ERASED) return ERASED;
  const { space, batches, vectors } = readVectors(made.content);
  const { tenantId, id } = parseStreamName(stream);
  // Before its event: what says that it's ready is found.
  await index.put(tenantId, id, space, vectors);
  return { type: 'StoreVectors', vectors: { ...space, batches, ...made.stored } };
};

/** Each stores what it makes, and tells what is to be said of it; where that is stored already, it's taken as it is. */
export const steps: Readonly<Record<IngestionStep, Step>> = { parse, chunk, embed };

/** Of a document that isn't ready. */
export const nextStep = ({ text, chunks }: DocumentState): IngestionStep => {
  if (!text) return 'parse';
  return chunks ? 'embed' : 'chunk';
};
