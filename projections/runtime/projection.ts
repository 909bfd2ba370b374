import type { LedgerRecord } from '../../src/ledger/ledger.js';
import type { Columns, NamedTable, RowOf, Table } from './table.js';

type EventType = LedgerRecord['type'];
export type RecordOf<T extends EventType> = Extract<LedgerRecord, { type: T }>;

/**
 * One event type's effect on a row: pure, so that a batch of any size is folded in memory and written with one
 * statement a table. `undefined` in: there is no such row yet. `undefined` out: there is nothing to write.
 */
type Handler<T extends EventType, Row> = (row: Row | undefined, event: RecordOf<T>) => Row | undefined;

/** The rows of one table, each written by the events of one stream only: so a parked stream leaves the others right. */
export interface TableFold<C extends Columns = Columns> {
  readonly table: Table<C>;
  /** The row that an event is about, as the values of the table's key columns. */
  key(event: LedgerRecord): readonly (string | number)[];
  /** Events that can only be a row's first: the row isn't looked up before them. */
  readonly first: ReadonlySet<string>;
  readonly handles: Readonly<
    Record<string, (row: RowOf<C> | undefined, event: LedgerRecord) => RowOf<C> | undefined>
  >;
}

export interface Projection {
  readonly name: string;
  /** The shape of its tables: a changed shape is a new version, built beside the old one. */
  readonly version: number;
  readonly folds: readonly TableFold[];
  /** The tables of earlier versions, which may still be there: an erasure reaches them until they are dropped. */
  readonly earlier?: Readonly<Record<number, readonly NamedTable[]>>;
}

/** One shape of a projection's tables. */
export type ProjectionVersion = Pick<Projection, 'name' | 'version'>;

/** Ties a table to its handlers, with their types checked. */
export const foldInto = <C extends Columns, T extends EventType>(
  table: Table<C>,
  options: {
    readonly key: (event: RecordOf<NoInfer<T>>) => readonly (string | number)[];
    readonly first: readonly NoInfer<T>[];
    readonly handles: { readonly [K in T]: Handler<K, RowOf<C>> };
  },
): TableFold =>
  ({
    table,
    key: options.key,
    first: new Set(options.first),
    handles: options.handles,
  }) as unknown as TableFold;
