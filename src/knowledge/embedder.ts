import type { Embeddings } from '../providers/embeddings.js';
import type { Providers } from '../providers/registry.js';

/** Always there: it needs no key and no network. */
const FALLBACK = 'sandbox';

/** What embeds the documents that come now: the installation's default provider, or the sandbox where that one can't. */
export const embedderOf = (providers: Providers): Embeddings =>
  providers.find('embeddings', providers.defaultName) ?? providers.get('embeddings', FALLBACK);
