import type { Embeddings } from '../providers/embeddings.js';
import type { Providers } from '../providers/registry.js';
import type { VectorSpace } from './vector-index.js';

/** Always there: it needs no key and no network. */
const FALLBACK = 'sandbox';

/** What embeds the documents that come now: the installation's default provider, or the sandbox where that one can't. */
export const embedderOf = (providers: Providers): Embeddings =>
  providers.find('embeddings', providers.defaultName) ?? providers.get('embeddings', FALLBACK);

/** Where its vectors are. */
export const spaceOf = ({ name: provider, model, dimensions }: Embeddings): VectorSpace => ({
  provider,
  model,
  dimensions,
});
