import { messageOf } from '../../src/domain/errors.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import type { TableFold } from './projection.js';

export type Row = Readonly<Record<string, unknown>>;
export type Key = readonly (string | number)[];

/** A stream whose event a projection can't apply. */
export interface Poison {
  readonly stream: string;
  readonly position: string;
  readonly error: string;
}

/** The key as text: what rows are found by in memory. PostgreSQL's texts have no NUL. */
export const keyText = (key: Key): string => key.join('\0');

interface Target {
  readonly key: Key;
  readonly events: LedgerRecord[];
}

/** A batch's events for one table, grouped by the row that they are about. */
export class BatchFold {
  readonly #fold: TableFold;
  readonly #targets = new Map<string, Target>();

  constructor(fold: TableFold, events: readonly LedgerRecord[]) {
    this.#fold = fold;
    for (const event of events) {
      if (!Object.hasOwn(fold.handles, event.type)) continue;
      const key = fold.key(event);
      const name = keyText(key);
      const target = this.#targets.get(name);
      if (target) target.events.push(event);
      else this.#targets.set(name, { key, events: [event] });
    }
  }

  /** The rows that must be read before the batch can be folded. */
  get keysToLoad(): readonly Key[] {
    return [...this.#targets.values()]
      .filter(({ events: [first] }) => first && !this.#fold.first.has(first.type))
      .map(({ key }) => key);
  }

  /** The rows to write. Where a handler threw, nothing of the batch may be written: fold again without the poison. */
  run(loaded: ReadonlyMap<string, Row>): { rows: readonly Row[]; poison: readonly Poison[] } {
    const rows: Row[] = [];
    const poison: Poison[] = [];
    for (const [name, { events }] of this.#targets) {
      const before = loaded.get(name);
      const { row, failed } = this.#foldRow(before, events);
      if (failed) poison.push(failed);
      else if (row && row !== before) rows.push(row);
    }
    return { rows, poison };
  }

  #foldRow(
    before: Row | undefined,
    events: readonly LedgerRecord[],
  ): { row?: Row | undefined; failed?: Poison } {
    let row = before;
    for (const event of events) {
      try {
        row = this.#fold.handles[event.type]?.(row, event);
      } catch (error) {
        const { stream, position } = event;
        return { failed: { stream, position, error: `${event.type}: ${messageOf(error)}` } };
      }
    }
    return { row };
  }
}
