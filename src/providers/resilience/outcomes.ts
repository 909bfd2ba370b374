/** A failure matters for so long. */
const WINDOW_MS = 60_000;
const SLOT_MS = 5_000;

interface Slot {
  readonly startedAtMs: number;
  succeeded: number;
  failed: number;
}

/** How a provider's requests of the last minute went, counted in slots: its size doesn't grow with the calls. */
export class Outcomes {
  #slots: Slot[] = [];

  add(outcome: 'succeeded' | 'failed', nowMs: number): void {
    this.#prune(nowMs);
    const last = this.#slots.at(-1);
    const slot =
      last && nowMs < last.startedAtMs + SLOT_MS ? last : { startedAtMs: nowMs, succeeded: 0, failed: 0 };
    if (slot !== last) this.#slots.push(slot);
    slot[outcome]++;
  }

  count(nowMs: number): { readonly succeeded: number; readonly failed: number } {
    this.#prune(nowMs);
    return {
      succeeded: this.#slots.reduce((sum, slot) => sum + slot.succeeded, 0),
      failed: this.#slots.reduce((sum, slot) => sum + slot.failed, 0),
    };
  }

  clear(): void {
    this.#slots = [];
  }

  #prune(nowMs: number): void {
    this.#slots = this.#slots.filter(({ startedAtMs }) => startedAtMs > nowMs - WINDOW_MS);
  }
}
