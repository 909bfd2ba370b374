import { describe, expect, it } from '@jest/globals';
import { lateRetriever } from './late-retriever.js';
import type { Passage, Retriever } from './retriever.js';

const passage: Passage = { documentId: 'doc_1', title: 'Pool', chunk: 0, text: 'It opens at six.', score: 1 };
const retriever: Retriever = { retrieve: async () => [passage] };
const { signal } = new AbortController();

describe('documents of which nobody knows yet', () => {
  it('are searched as soon as somebody does', async () => {
    const coming = new Promise<Retriever>((resolve) => setImmediate(resolve, retriever));
    await expect(lateRetriever(coming).retrieve('When?', signal)).resolves.toEqual([passage]);
  });

  it('have nothing where there are none', async () => {
    await expect(lateRetriever(Promise.resolve(null)).retrieve('When?', signal)).resolves.toEqual([]);
  });

  it('can not be searched where nobody finds out', async () => {
    const coming = Promise.reject(new Error('The read models are away.'));
    await expect(lateRetriever(coming).retrieve('When?', signal)).rejects.toThrow('away');
  });
});
