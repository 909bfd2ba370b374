import type { ProviderUsage } from '../../domain/call/media-events.js';
import { type UsageCounts, UsageTotals, type Used } from '../../domain/call/provider-usage.js';

export type Count = (counts: UsageCounts) => void;

/** What a media stream's conversation uses of its providers. */
export class UsageMeter {
  readonly #totals = new UsageTotals();
  /** Streams that last: what each has used isn't counted yet. */
  readonly #listening = new Set<() => void>();

  counterOf(of: Used): Count {
    return this.#totals.counterOf(of);
  }

  /** A stream has begun that knows what it has used. Returns what ends it; it's counted then, once. */
  listen(count: Count, used: () => UsageCounts): () => void {
    const end = () => {
      if (this.#listening.delete(end)) count(used());
    };
    this.#listening.add(end);
    return end;
  }

  /** At the end: streams that still last are counted up to here. */
  measured(): readonly ProviderUsage[] {
    for (const end of this.#listening) end();
    return this.#totals.all();
  }
}
