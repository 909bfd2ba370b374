import { sql } from 'kysely';
import {
  checkFirst,
  decodeCursor,
  encodeCursor,
  type Page,
  type PageRequest,
  pageOf,
} from '../runtime/keyset.js';
import { propertiesOf, type RowOf } from '../runtime/table.js';
import type { ReadModelsReader } from '../views.js';
import { auditTable } from './tables.js';

export type AuditRow = RowOf<typeof auditTable.columns>;

export interface AuditFilter {
  readonly tenantId?: string | undefined;
  readonly actorId?: string | undefined;
  readonly stream?: string | undefined;
  readonly types?: readonly string[] | undefined;
  readonly correlationId?: string | undefined;
  /** By the ledger's clock, ISO 8601. */
  readonly storedAt?: { readonly gte?: string | undefined; readonly lt?: string | undefined } | undefined;
}

/** Positions and the ledger's times have one order, but for clocks of a cluster's nodes that differ, by less than this. */
const CLOCKS_DIFFER = '1 hour';

const SORT = 'audit:position:desc';

export const auditCursor = ({ position }: Pick<AuditRow, 'position'>): string =>
  encodeCursor(SORT, [position]);

const filtered = (db: Parameters<Parameters<ReadModelsReader['read']>[0]>[0], filter: AuditFilter) => {
  let query = db.selectFrom('audit_entries_v2').select(propertiesOf(auditTable));
  if (filter.tenantId !== undefined) query = query.where('tenantId', '=', filter.tenantId);
  if (filter.actorId !== undefined) query = query.where('actorId', '=', filter.actorId);
  if (filter.stream !== undefined) query = query.where('stream', '=', filter.stream);
  if (filter.types !== undefined) query = query.where('type', 'in', filter.types);
  if (filter.correlationId !== undefined) query = query.where('correlationId', '=', filter.correlationId);
  if (filter.storedAt?.gte !== undefined) query = query.where('storedAt', '>=', filter.storedAt.gte);
  if (filter.storedAt?.lt !== undefined) query = query.where('storedAt', '<', filter.storedAt.lt);
  const { tenantId, storedAt: { gte, lt } = {} } = filter;
  // Else it would walk past all that is newer. With a beginning the index of the times is better, and so is the tenant's.
  if (tenantId !== undefined || gte !== undefined || lt === undefined) return query;
  return query.where('position', '<=', (entries) =>
    entries
      .selectFrom('audit_entries_v2')
      .select('position')
      .where('storedAt', '<', sql<string>`${lt}::timestamptz + ${CLOCKS_DIFFER}::interval`)
      .orderBy('storedAt', 'desc')
      .limit(1),
  );
};

/** Newest first. */
export const listAuditEntries = async (
  reader: ReadModelsReader,
  { first, after }: PageRequest,
  filter: AuditFilter,
): Promise<Page<AuditRow>> => {
  const limit = checkFirst(first) + 1;
  const [position] = after === null ? [] : decodeCursor(SORT, ['position'], after);
  const rows = await reader.read((db) => {
    const query = filtered(db, filter).orderBy('position', 'desc').limit(limit);
    return (position === undefined ? query : query.where('position', '<', position)).execute();
  });
  return pageOf(rows, first);
};

/** What belongs together, oldest first: at most `limit`. */
export const listCorrelated = (
  reader: ReadModelsReader,
  correlationId: string,
  limit: number,
): Promise<readonly AuditRow[]> =>
  reader.read((db) => filtered(db, { correlationId }).orderBy('position').limit(limit).execute());
