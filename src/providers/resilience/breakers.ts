import type { CircuitCapability } from '../../domain/circuit/events.js';
import { Breaker, type CircuitChange, type CircuitHealth } from './breaker.js';

export type CircuitListener = (
  circuit: { readonly provider: string; readonly capability: CircuitCapability },
  change: CircuitChange,
) => void;

/** A process' circuit breakers, by provider and capability. */
export class Breakers {
  readonly #breakers = new Map<string, Breaker>();
  readonly #listeners = new Set<CircuitListener>();
  readonly #now: () => number;

  /** `now`: in ms since the epoch. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  of(provider: string, capability: CircuitCapability): Breaker {
    const key = `${capability} ${provider}`;
    const known = this.#breakers.get(key);
    if (known) return known;
    const circuit = { provider, capability };
    const breaker = new Breaker(circuit, this.#now, (change) => {
      for (const listener of this.#listeners) listener(circuit, change);
    });
    this.#breakers.set(key, breaker);
    return breaker;
  }

  get health(): readonly CircuitHealth[] {
    return [...this.#breakers.values()].map(({ health }) => health);
  }

  /** Calls the listener, which must not throw, when a breaker opens or closes; returns what stops that. */
  listen(listener: CircuitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
