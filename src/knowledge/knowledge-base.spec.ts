import { describe, expect, it } from '@jest/globals';
import { createSandboxEmbeddings } from '../providers/sandbox/embeddings.js';
import { spaceOf } from './embedder.js';
import { KnowledgeBase, type KnowledgeBaseOptions, type ReadyDocument } from './knowledge-base.js';
import type { VectorHit } from './vector-index.js';

const sandbox = createSandboxEmbeddings();
const { signal } = new AbortController();
const query = { tenantId: 'tnt_1', text: 'When do you open?', limit: 2, minScore: 0 };
const space = spaceOf(sandbox);
const ready = (documentId: string, tags: readonly string[] = [], of = space): ReadyDocument => ({
  documentId,
  title: `Title of ${documentId}`,
  tags,
  ...of,
});

/** `searched`: where it looked. Each document has the hits given, and three chunks. */
const baseOf = (documents: readonly ReadyDocument[], hits: readonly VectorHit[] = []) => {
  const searched: (readonly string[] | null)[] = [];
  const asked: string[] = [];
  const options = {
    catalogue: {
      spaces: async () => [
        ...new Map(documents.map((of) => [`${of.provider}:${of.model}:${of.dimensions}`, of])).values(),
      ],
      ready: async (_: string, ids?: readonly string[]) =>
        documents.filter(({ documentId }) => ids?.includes(documentId) ?? true),
    },
    documents: { chunksOf: async (_: string, id: string) => [`${id} one`, `${id} two`, `${id} three`] },
    index: {
      search: async ({ documentIds }: { documentIds: readonly string[] | null }) => {
        searched.push(documentIds);
        return hits;
      },
    },
    providers: {
      find: (_: string, name: string) => {
        asked.push(name);
        return name === 'sandbox' ? sandbox : undefined;
      },
    },
  };
  return { base: new KnowledgeBase(options as unknown as KnowledgeBaseOptions), searched, asked };
};

describe('a knowledge base', () => {
  it('asks nobody where no document is ready', async () => {
    const { base, searched, asked } = baseOf([]);
    expect(await base.search(query, signal)).toEqual([]);
    expect(await base.search({ ...query, tags: ['a'] }, signal)).toEqual([]);
    expect([...searched, ...asked]).toEqual([]);
  });

  it('gives the likest passages of all its documents, the likest first', async () => {
    const hits = [
      { documentId: 'a', chunk: 2, score: 0.4 },
      { documentId: 'b', chunk: 0, score: 0.9 },
      { documentId: 'a', chunk: 0, score: 0.2 },
    ];
    const { base, searched } = baseOf([ready('a'), ready('b')], hits);
    expect(await base.search(query, signal)).toEqual([
      { documentId: 'b', title: 'Title of b', chunk: 0, text: 'b one', score: 0.9 },
      { documentId: 'a', title: 'Title of a', chunk: 2, text: 'a three', score: 0.4 },
    ]);
    expect(searched).toEqual([null]);
  });

  it('leaves out what was removed since the index was asked', async () => {
    const hits = [
      { documentId: 'gone', chunk: 0, score: 0.9 },
      { documentId: 'a', chunk: 7, score: 0.8 },
    ];
    expect(await baseOf([ready('a')], hits).base.search(query, signal)).toEqual([]);
  });

  it('looks only into documents that have one of the tags', async () => {
    const documents = [ready('a', ['x']), ready('b', ['y']), ready('c', ['z', 'y'])];
    const { base, searched } = baseOf(documents);
    await base.search({ ...query, tags: ['y', 'q'] }, signal);
    await base.search({ ...query, tags: ['q'] }, signal);
    expect(searched).toEqual([['b', 'c']]);
  });

  it('leaves alone what a provider made that is not here, or that makes other vectors now', async () => {
    const others = [
      ready('a', [], { provider: 'openai', model: 'text-embedding-3-small', dimensions: 1536 }),
      ready('b', [], { ...space, dimensions: 3 }),
      ready('c', [], { ...space, model: 'another' }),
    ];
    const { base, searched, asked } = baseOf(others);
    expect(await base.search(query, signal)).toEqual([]);
    expect(asked).toEqual(['openai', 'sandbox', 'sandbox']);
    expect(searched).toEqual([]);
  });
});
