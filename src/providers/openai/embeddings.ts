import type { OpenAI } from 'openai';
import { z } from 'zod';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { Embeddings } from '../embeddings.js';
import { parseAnswer } from './answer-shape.js';
import { exchange } from './exchange.js';
import { type Operation, openAiError } from './failure.js';

/** The API takes 2,048 texts and 300,000 tokens a request; a hundred passages stay far below, and come back in about a second. */
const BATCH = 100;

const DIMENSIONS: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 1536,
  'text-embedding-3-large': 3072,
  'text-embedding-ada-002': 1536,
};

const embeddingsAnswer = z.object({
  data: z.array(z.object({ index: z.number(), embedding: z.array(z.number()) })),
});

export interface OpenAiEmbeddingsOptions {
  readonly model: string;
  /** `null`: known for OpenAI's own models. */
  readonly dimensions: number | null;
  /** As in `exchange`, for a batch. */
  readonly patienceMs: number;
}

/** OpenAI's embeddings, as compatible servers have them too. */
export class OpenAiEmbeddings implements Embeddings {
  readonly name = 'openai';
  readonly model: string;
  readonly dimensions: number;
  readonly #client: OpenAI;
  readonly #operation: Operation;
  readonly #patienceMs: number;

  /** Throws BAD_USER_INPUT for a model whose dimensions are neither known nor given. */
  constructor(client: OpenAI, { model, dimensions, patienceMs }: OpenAiEmbeddingsOptions) {
    const known = dimensions ?? DIMENSIONS[model];
    if (known === undefined) {
      throw new AppError(
        ErrorCode.BAD_USER_INPUT,
        `The embedding model "${model}" is not one of OpenAI's: say how many dimensions its vectors have.`,
        { model },
      );
    }
    this.model = model;
    this.dimensions = known;
    this.#client = client;
    this.#operation = { capability: 'embeddings', model };
    this.#patienceMs = patienceMs;
  }

  /** As the port says; when the signal aborts, it rejects with the signal's reason. */
  async embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += BATCH) {
      vectors.push(...(await this.#embedBatch(texts.slice(from, from + BATCH), signal)));
    }
    return vectors;
  }

  async #embedBatch(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    const operation = this.#operation;
    // Without a format the client asks for base64, and makes empty vectors of the floats that many servers send anyway.
    const body = { model: operation.model, input: [...texts], encoding_format: 'float' as const };
    const answers = exchange(operation, { signal, patienceMs: this.#patienceMs }, async (signal) => [
      await this.#client.embeddings.create(body, { signal }),
    ]);
    const { value: answer } = await answers.next();
    await answers.return();
    signal.throwIfAborted();
    const { data } = parseAnswer(operation, embeddingsAnswer, answer);
    if (data.length !== texts.length) {
      throw openAiError(operation, `sent ${data.length} vectors for ${texts.length} texts.`);
    }
    return data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => this.#unitVector(embedding));
  }

  #unitVector(embedding: readonly number[]): Float32Array {
    const operation = this.#operation;
    if (embedding.length !== this.dimensions) {
      throw openAiError(
        operation,
        `sent a vector of ${embedding.length} dimensions, not ${this.dimensions}. Check the model.`,
      );
    }
    const length = Math.hypot(...embedding);
    if (!(length > 0)) throw openAiError(operation, 'sent a vector of zeros.');
    return Float32Array.from(embedding, (value) => value / length);
  }
}
