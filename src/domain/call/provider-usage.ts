import type { ProviderUsage } from './media-events.js';

/** Who was used, and for what. */
export type Used = Pick<ProviderUsage, 'capability' | 'provider' | 'model'>;
/** What providers bill by. What is absent isn't known, or none of theirs. */
export type UsageCounts = Partial<Omit<ProviderUsage, keyof Used>>;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const COUNTS = ['requests', 'heardMs', 'characters', 'spokenMs', 'inputTokens', 'outputTokens'] as const;

/** Adds up usage by provider, model and what was done. */
export class UsageTotals {
  readonly #totals = new Map<string, { readonly of: Used; readonly counts: Mutable<UsageCounts> }>();

  /** What it's called with is added to what is there. Milliseconds may be fractions. */
  counterOf({ capability, provider, model }: Used): (counts: UsageCounts) => void {
    const key = JSON.stringify([capability, provider, model]);
    const { counts: total } = this.#totals.get(key) ?? this.#begin(key, { capability, provider, model });
    return (counts) => {
      for (const name of COUNTS) {
        const count = counts[name];
        if (count !== undefined) total[name] = (total[name] ?? 0) + count;
      }
    };
  }

  /** In the order in which they were first used, in whole numbers. */
  all(): readonly ProviderUsage[] {
    return [...this.#totals.values()].map(({ of, counts }) => ({ ...of, requests: 0, ...whole(counts) }));
  }

  #begin(key: string, of: Used): { readonly counts: Mutable<UsageCounts> } {
    const total = { of, counts: {} };
    this.#totals.set(key, total);
    return total;
  }
}

/** Of several media streams. */
export const totalUsage = (told: readonly ProviderUsage[]): readonly ProviderUsage[] => {
  const totals = new UsageTotals();
  for (const usage of told) totals.counterOf(usage)(usage);
  return totals.all();
};

const whole = (counts: UsageCounts): UsageCounts =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Math.round(count ?? 0)]));
