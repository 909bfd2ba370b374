import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../domain/logger.js';
import type { KnowledgeBase, KnowledgeQuery } from '../knowledge/knowledge-base.js';
import { callRetrievers } from './call-retrievers.js';

const space = { provider: 'sandbox', model: 'words', dimensions: 4 };
const retrieversOf = (spaces: readonly (typeof space)[], search: KnowledgeBase['search']) =>
  callRetrievers({ search }, { spaces: async () => spaces }, silentLogger);

describe('the documents as a call asks them', () => {
  it('are searched once before the caller asks, so that nothing is started while one waits', async () => {
    const searched: KnowledgeQuery[] = [];
    const search = async (query: KnowledgeQuery) => {
      searched.push(query);
      return [];
    };
    await retrieversOf([space], search).retrieverOf('tnt_1');
    expect(searched).toEqual([expect.objectContaining({ tenantId: 'tnt_1', text: 'Hello' })]);
  });

  it('are asked for what the caller says also where that search failed', async () => {
    const passage = { documentId: 'a', title: 'A', chunk: 0, text: 'At six.', score: 1 };
    const search = async ({ text }: KnowledgeQuery) => {
      if (text === 'Hello') throw new Error('The provider is away.');
      return [passage];
    };
    const retriever = await retrieversOf([space], search).retrieverOf('tnt_1');
    expect(await retriever?.retrieve('When?', AbortSignal.timeout(1_000))).toEqual([passage]);
  });

  it('are not asked of a tenant who has none', async () => {
    const search = () => Promise.reject(new Error('Nobody should ask.'));
    expect(await retrieversOf([], search).retrieverOf('tnt_1')).toBeNull();
  });
});
