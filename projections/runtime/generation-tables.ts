import type pg from 'pg';
import { databaseLogins } from '../../src/database/roles.js';
import { type Key, keyText, type Row } from './batch-fold.js';
import { columnValues } from './column-values.js';
import { eraseTables } from './erase-rows.js';
import type { Projection, ProjectionVersion, RecordOf } from './projection.js';
import { columnName, generationName, type NamedTable, type Table, viewName } from './table.js';

/** A setting of the transaction: whose rows the API's login may see. */
export const TENANT_SETTING = 'ledgerline.tenant_id';

/** Tables of generations that no checkpoint knows: a process died after it forgot them, and before it dropped them. */
export const forgottenTables = async (
  client: pg.ClientBase,
  { name, version }: ProjectionVersion,
  tables: readonly NamedTable[],
): Promise<readonly string[]> => {
  const views = tables.map((table) => viewName(table, version)).join('|');
  const { rows } = await client.query<{ forgotten: string }>(
    `select 'read.' || tablename as forgotten from pg_tables
     where schemaname = 'read' and tablename ~ $3 and not exists (
       select from ops.projections where name = $1 and version = $2
       and generation = substring(tablename from '\\d+$')::int)`,
    [name, version, `^(${views})_g\\d+$`],
  );
  return rows.map(({ forgotten }) => forgotten);
};

/** One generation of a projection's tables: their SQL, and nothing else. */
export class GenerationTables {
  readonly #projection: Projection;
  readonly #generation: number;

  constructor(projection: Projection, generation: number) {
    this.#projection = projection;
    this.#generation = generation;
  }

  /** Makes the tables; their indexes come with `createIndexes`, after the rows where these are many. */
  async create(client: pg.ClientBase): Promise<void> {
    for (const { table } of this.#projection.folds) {
      const name = this.#name(table);
      const columns = Object.entries(table.columns).map(
        ([property, { type, nullable }]) => `${columnName(property)} ${type}${nullable ? '' : ' not null'}`,
      );
      const key = table.key.map(columnName).join(', ');
      await client.query(`create table ${name} (${columns.join(', ')}, primary key (${key}))`);
      // The planner's statistics quote values, and would outlive them.
      for (const property of table.personal.columns) {
        await client.query(`alter table ${name} alter column ${columnName(property)} set statistics 0`);
      }
      await this.#protect(client, name);
    }
  }

  async createIndexes(client: pg.ClientBase): Promise<void> {
    for (const { table } of this.#projection.folds) {
      for (const [at, index] of table.indexes.entries()) {
        const name = `${generationName(table, this.#projection.version, this.#generation)}_i${at}`;
        const columns = index.map((column) => column.replace(/\w+/, columnName)).join(', ');
        await client.query(`create index if not exists ${name} on ${this.#name(table)} (${columns})`);
      }
    }
  }

  /** Points the views that queries read at this generation. */
  async show(client: pg.ClientBase): Promise<void> {
    for (const { table } of this.#projection.folds) {
      const view = `read.${viewName(table, this.#projection.version)}`;
      const columns = Object.keys(table.columns).map(columnName).join(', ');
      await client.query(
        `create or replace view ${view} with (security_invoker = true) as select ${columns} from ${this.#name(table)}`,
      );
      await client.query(`grant select on ${view} to ${databaseLogins.api}, ${databaseLogins.operator}`);
    }
  }

  async drop(client: pg.ClientBase): Promise<void> {
    for (const { table } of this.#projection.folds) {
      await client.query(`drop table if exists ${this.#name(table)}`);
    }
  }

  /** The rows of these keys that are there, by `keyText`. */
  async load(client: pg.ClientBase, table: Table, keys: readonly Key[]): Promise<ReadonlyMap<string, Row>> {
    const rows = new Map<string, Row>();
    if (keys.length === 0) return rows;
    const name = this.#name(table);
    const columns = table.key.map(columnName);
    const wanted = keys.map((key) => Object.fromEntries(columns.map((column, at) => [column, key[at]])));
    const found = await client.query<{ row: Record<string, unknown> }>(
      `select to_json(t) as row from ${name} t
       join json_populate_recordset(null::${name}, $1) as wanted using (${columns.join(', ')})`,
      [JSON.stringify(wanted)],
    );
    for (const { row } of found.rows) {
      const folded = Object.fromEntries(
        Object.keys(table.columns).map((property) => [property, row[columnName(property)]]),
      );
      rows.set(keyText(table.key.map((property) => folded[property] as string | number)), folded);
    }
    return rows;
  }

  /** Inserts the rows, or replaces those of the same key. */
  async write(client: pg.ClientBase, table: Table, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const name = this.#name(table);
    const properties = Object.entries(table.columns);
    const columns = properties.map(([property]) => columnName(property));
    const changes = columns.map((column) => `${column} = excluded.${column}`);
    const arrays = properties.map(([, { type }], at) => `$${at + 1}::${type}[]`);
    await client.query(
      `insert into ${name} (${columns.join(', ')}) select * from unnest(${arrays.join(', ')})
       on conflict (${table.key.map(columnName).join(', ')}) do update set ${changes.join(', ')}`,
      properties.map(([property, column]) =>
        columnValues(
          column,
          rows.map((row) => row[property]),
        ),
      ),
    );
  }

  /** Sets to `null` what is personal of these subjects. Returns whether a table is to be rewritten for it. */
  erase(client: pg.ClientBase, erasures: readonly RecordOf<'SubjectErased'>[]): Promise<boolean> {
    const tables = this.#projection.folds.map(({ table }) => table);
    return eraseTables(client, tables, erasures, (table) => this.#name(table));
  }

  #name(table: NamedTable): string {
    return `read.${generationName(table, this.#projection.version, this.#generation)}`;
  }

  async #protect(client: pg.ClientBase, name: string): Promise<void> {
    await client.query(`alter table ${name} enable row level security`);
    await client.query(`alter table ${name} force row level security`);
    await client.query(
      `create policy tenant on ${name} for select to ${databaseLogins.api}
       using (tenant_id = (select current_setting('${TENANT_SETTING}', true)))`,
    );
    await client.query(
      `create policy operator on ${name} for select to ${databaseLogins.operator} using (true)`,
    );
    await client.query(
      `create policy projector on ${name} to ${databaseLogins.projector} using (true) with check (true)`,
    );
    await client.query(`grant select on ${name} to ${databaseLogins.api}, ${databaseLogins.operator}`);
  }
}
