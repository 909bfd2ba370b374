import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import type { DocumentCatalogue, KnowledgeBase } from '../knowledge/knowledge-base.js';
import type { Retrievers } from '../voice/retrieval/retriever.js';

/** What a model is given to answer from: more costs time, and hides what matters. */
const LIMIT = 5;
/** Below it passages of other things are as alike. */
const MIN_SCORE = 0.2;
/** Whoever is still waited for by then was no help. */
const WARM_UP_MS = 10_000;

/** The tenants' documents, as calls ask them. */
export const callRetrievers = (
  base: Pick<KnowledgeBase, 'search'>,
  catalogue: Pick<DocumentCatalogue, 'spaces'>,
  logger: Logger,
): Retrievers => ({
  async retrieverOf(tenantId) {
    const spaces = await catalogue.spaces(tenantId);
    if (spaces.length === 0) return null;
    void warmUp(base, tenantId, logger);
    return {
      retrieve: (text, signal) => base.search({ tenantId, text, limit: LIMIT, minScore: MIN_SCORE }, signal),
    };
  },
});

/**
 * Searches once while the greeting is spoken: the first search after a quiet time starts a thread, reads vectors and
 * texts, and connects to the provider, which a caller who asked something has no 300 ms for.
 */
const warmUp = async (
  base: Pick<KnowledgeBase, 'search'>,
  tenantId: string,
  logger: Logger,
): Promise<void> => {
  try {
    const query = { tenantId, text: 'Hello', limit: LIMIT, minScore: -1 };
    await base.search(query, AbortSignal.timeout(WARM_UP_MS));
  } catch (error) {
    logger.warn({ tenantId, error: reasonOf(error) }, 'Documents can not be searched yet: a call begins.');
  }
};
