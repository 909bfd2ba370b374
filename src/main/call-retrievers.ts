import type { DocumentCatalogue, KnowledgeBase } from '../knowledge/knowledge-base.js';
import type { Retrievers } from '../voice/retrieval/retriever.js';

/** What a model is given to answer from: more costs time, and hides what matters. */
const LIMIT = 5;
/** Below it passages of other things are as alike. */
const MIN_SCORE = 0.2;

/** The tenants' documents, as calls ask them. */
export const callRetrievers = (
  base: KnowledgeBase,
  catalogue: Pick<DocumentCatalogue, 'spaces'>,
): Retrievers => ({
  async retrieverOf(tenantId) {
    const spaces = await catalogue.spaces(tenantId);
    if (spaces.length === 0) return null;
    return {
      retrieve: (text, signal) => base.search({ tenantId, text, limit: LIMIT, minScore: MIN_SCORE }, signal),
    };
  },
});
