import { describe, expect, it } from '@jest/globals';
import type { Embeddings } from '../providers/embeddings.js';
import { EMBEDDING_BATCH, embedTexts } from './embed.js';

const signal = new AbortController().signal;

/** Counts the texts of each request; a vector is its text's length. */
const createEmbeddings = (requests: number[], lacking = 0): Embeddings => ({
  name: 'test',
  model: 'words',
  dimensions: 1,
  embed: async (texts) => {
    requests.push(texts.length);
    return texts.slice(lacking).map((text) => Float32Array.of(text.length));
  },
});

describe('embedding texts', () => {
  it('asks for a hundred at a time, and keeps their order', async () => {
    const requests: number[] = [];
    const texts = Array.from({ length: 250 }, (_, n) => 'x'.repeat(n));
    const vectors = await embedTexts(createEmbeddings(requests), texts, signal);
    expect(requests).toEqual([EMBEDDING_BATCH, EMBEDDING_BATCH, 50]);
    expect(vectors.map(([length]) => length)).toEqual(texts.map(({ length }) => length));
  });

  it('asks for none where there is no text', async () => {
    const requests: number[] = [];
    expect(await embedTexts(createEmbeddings(requests), [], signal)).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('ends between two requests when the signal aborts', async () => {
    const requests: number[] = [];
    const abort = new AbortController();
    const embeddings = createEmbeddings(requests);
    const ending: Embeddings = {
      ...embeddings,
      embed: (texts, given) => {
        abort.abort(new Error('over'));
        return embeddings.embed(texts, given);
      },
    };
    await expect(embedTexts(ending, Array.from({ length: 300 }, String), abort.signal)).rejects.toThrow(
      'over',
    );
    expect(requests).toEqual([EMBEDDING_BATCH]);
  });

  it('refuses vectors too few', async () => {
    await expect(embedTexts(createEmbeddings([], 1), ['a', 'b'], signal)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'test was asked for 2 vectors of 1 numbers, and gave 1 of 1.',
    });
  });
});
