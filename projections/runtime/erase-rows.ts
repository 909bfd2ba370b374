import type pg from 'pg';
import type { SubjectKind } from '../../src/domain/erasure/events.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import type { RecordOf } from './projection.js';
import { columnName, type NamedTable, type SubjectColumn } from './table.js';

type ErasureRecord = RecordOf<'SubjectErased'>;

/** Events up to an erasure, and the erasures that follow them: what comes later is of who came back. */
export interface Stretch {
  /** The erasures too. */
  readonly events: readonly LedgerRecord[];
  readonly erasures: readonly ErasureRecord[];
}

/** The events in order, cut behind each erasure. */
export const stretchesOf = (events: readonly LedgerRecord[]): readonly Stretch[] => {
  const stretches: { events: LedgerRecord[]; erasures: ErasureRecord[] }[] = [];
  for (const event of events) {
    let stretch = stretches.at(-1);
    if (!stretch || (stretch.erasures.length > 0 && event.type !== 'SubjectErased')) {
      stretch = { events: [], erasures: [] };
      stretches.push(stretch);
    }
    stretch.events.push(event);
    if (event.type === 'SubjectErased') stretch.erasures.push(event);
  }
  return stretches;
};

/** `from … where …` of a table's rows `t` that are a subject's; `undefined`: none can be. */
const rowsOf = (
  table: NamedTable,
  kind: SubjectKind,
  nameOf: (table: NamedTable) => string,
): { readonly from: string; readonly where: string } | undefined => {
  const erased = 'unnest($1::text[], $2::text[]) as e (tenant_id, subject_id)';
  if (kind === 'tenant') return { from: erased, where: 't.tenant_id = e.tenant_id' };
  const subject: SubjectColumn | undefined = table.personal.subjects[kind];
  if (subject === undefined) return undefined;
  if (typeof subject === 'string') {
    const where = `t.tenant_id = e.tenant_id and t.${columnName(subject)} = e.subject_id`;
    return { from: erased, where };
  }
  const named = subject.in.personal.subjects[kind];
  if (typeof named !== 'string') throw new TypeError(`${subject.in.name} doesn't name its ${kind}.`);
  const by = columnName(subject.by);
  const join = `join ${nameOf(subject.in)} o on o.tenant_id = e.tenant_id and o.${columnName(named)} = e.subject_id`;
  return { from: `${erased} ${join}`, where: `t.tenant_id = o.tenant_id and t.${by} = o.${by}` };
};

/** Sets the personal columns of the subjects' rows to `null`. Returns whether there was anything. */
const eraseRows = async (
  client: pg.ClientBase,
  table: NamedTable,
  erasures: readonly ErasureRecord[],
  nameOf: (table: NamedTable) => string,
): Promise<boolean> => {
  const columns = table.personal.columns.map(columnName);
  if (columns.length === 0) return false;
  const nulls = columns.map((column) => `${column} = null`).join(', ');
  const isThere = columns.map((column) => `t.${column} is not null`).join(' or ');
  let count = 0;
  for (const kind of new Set(erasures.map(({ data }) => data.kind))) {
    const rows = rowsOf(table, kind, nameOf);
    if (!rows) continue;
    const ofKind = erasures.filter(({ data }) => data.kind === kind);
    const { rowCount } = await client.query(
      `update ${nameOf(table)} t set ${nulls} from ${rows.from} where ${rows.where} and (${isThere})`,
      [ofKind.map(({ metadata }) => metadata.tenantId), ofKind.map(({ data }) => data.subjectId)],
    );
    count += rowCount ?? 0;
  }
  return count > 0;
};

/** As `eraseRows` of each table, each with its own name. Returns whether one is to be rewritten for it. */
export const eraseTables = async (
  client: pg.ClientBase,
  tables: readonly NamedTable[],
  erasures: readonly ErasureRecord[],
  nameOf: (table: NamedTable) => string,
): Promise<boolean> => {
  let isMarked = false;
  for (const table of erasures.length === 0 ? [] : tables) {
    if (!(await eraseRows(client, table, erasures, nameOf))) continue;
    await markForRewrite(client, nameOf(table));
    isMarked = true;
  }
  return isMarked;
};

/** The table's file still has the rows as they were: it's rewritten after the transaction (`TableRewrites`). */
const markForRewrite = async (client: pg.ClientBase, tableName: string): Promise<void> => {
  await client.query(
    `insert into ops.rewrites (table_name) values ($1)
     on conflict (table_name) do update set marks = ops.rewrites.marks + 1`,
    [tableName],
  );
};
