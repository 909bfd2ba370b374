import type pg from 'pg';
import { projections } from '../../projections/index.js';
import { BatchFold, type Row } from '../../projections/runtime/batch-fold.js';
import { columnName, generationName, type Table, viewName } from '../../projections/runtime/table.js';
import type { Ledger, LedgerRecord } from '../../src/ledger/ledger.js';

/** Every row of every read table, by the table's name, as text that compares. */
export type ReadTables = ReadonlyMap<string, readonly string[]>;

const comparable = (type: string, value: unknown): unknown => {
  if (value === null || value === undefined) return null;
  if (type === 'timestamptz') return Date.parse(String(value));
  if (type === 'jsonb') return inOrder(value);
  return type === 'bigint' ? String(value) : value;
};

/** PostgreSQL orders an object's keys as it likes. */
const inOrder = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, field]) => [name, inOrder(field)]);
};

const rowText = ({ columns }: Table, value: (property: string) => unknown): string =>
  JSON.stringify(
    Object.entries(columns).map(([property, { type }]) => [property, comparable(type, value(property))]),
  );

const tables = projections.flatMap(({ version, folds }) => folds.map(({ table }) => ({ table, version })));

/** The rows of a table, or of a view of it. `client`: as login `projector`, or `operator` for a view. */
export const rowsOf = async (
  client: pg.ClientBase,
  relation: string,
  table: Table,
): Promise<readonly string[]> => {
  const { rows } = await client.query<{ row: Row }>(`select to_json(t) as row from read.${relation} t`);
  return rows.map(({ row }) => rowText(table, (property) => row[columnName(property)]));
};

/** What the views show. `client`: as login `operator` or `projector`. */
export const shownTables = async (client: pg.ClientBase): Promise<ReadTables> => {
  const shown = new Map<string, readonly string[]>();
  for (const { table, version } of tables) {
    shown.set(table.name, await rowsOf(client, viewName(table, version), table));
  }
  return shown;
};

/** What they must show: events folded in memory, without a database. */
export const foldOf = (events: readonly LedgerRecord[]): ReadTables =>
  new Map(
    projections
      .flatMap(({ folds }) => folds)
      .map((fold) => {
        const { rows } = new BatchFold(fold, events).run(new Map());
        return [fold.table.name, rows.map((row) => rowText(fold.table, (property) => row[property]))];
      }),
  );

/** What they must show: the whole ledger. */
export const foldedTables = async (ledger: Ledger): Promise<ReadTables> => {
  const events: LedgerRecord[] = [];
  for await (const batch of ledger.readAll()) events.push(...(batch.events as LedgerRecord[]));
  return foldOf(events);
};

/** The first rows that only one of them has, and rows that one has twice. Empty: they are equal. */
export const differenceOf = (shown: ReadTables, folded: ReadTables): readonly string[] =>
  [...folded].flatMap(([name, wanted]) => {
    const there = shown.get(name) ?? [];
    const [has, wants] = [new Set(there), new Set(wanted)];
    return [
      ...wanted.filter((row) => !has.has(row)).map((row) => `${name} lacks ${row}`),
      ...there.filter((row) => !wants.has(row)).map((row) => `${name} has ${row}`),
      ...(there.length === has.size ? [] : [`${name} has rows twice`]),
    ].slice(0, 2);
  });

export interface GenerationsThere {
  /** Sorted. */
  readonly tables: readonly string[];
  /** Those of the live generations, sorted. */
  readonly live: readonly string[];
  readonly building: number;
}

/** Which tables there are in the schema of read models, and which there should be. `client`: as login `projector`. */
export const generationsThere = async (client: pg.ClientBase): Promise<GenerationsThere> => {
  const { rows } = await client.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'read'",
  );
  const { rows: checkpoints } = await client.query<{ name: string; generation: number; state: string }>(
    'select name, generation, state from ops.projections',
  );
  const live = checkpoints
    .filter(({ state }) => state === 'live')
    .flatMap(({ name, generation }) =>
      projections
        .filter((projection) => projection.name === name)
        .flatMap(({ version, folds }) =>
          folds.map(({ table }) => generationName(table, version, generation)),
        ),
    );
  return {
    tables: rows.map(({ tablename }) => tablename).sort(),
    live: live.sort(),
    building: checkpoints.filter(({ state }) => state === 'building').length,
  };
};
