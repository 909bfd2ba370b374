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
import { tenantsTable } from './tables.js';

export type TenantRow = RowOf<typeof tenantsTable.columns>;

const SORT = 'tenants:createdAt';

export const tenantCursor = (row: TenantRow): string => encodeCursor(SORT, [row.createdAt, row.tenantId]);

/** Oldest first. `userId`: only those that the user is a member of. */
export const listTenants = async (
  reader: ReadModelsReader,
  { first, after }: PageRequest,
  userId: string | null,
): Promise<Page<TenantRow>> => {
  const limit = checkFirst(first) + 1;
  const [createdAt, tenantId] = after === null ? [] : decodeCursor(SORT, ['time', 'id'], after);
  const rows = await reader.read((db) => {
    let query = db
      .selectFrom('tenants_v2')
      .select(propertiesOf(tenantsTable))
      .orderBy('createdAt')
      .orderBy('tenantId')
      .limit(limit);
    if (userId !== null) {
      const memberships = db.selectFrom('members_v2').select('tenantId').where('userId', '=', userId);
      query = query.where('tenantId', 'in', memberships);
    }
    if (createdAt !== undefined && tenantId !== undefined) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('createdAt', 'tenantId'), '>', tuple(createdAt, tenantId)),
      );
    }
    return query.execute();
  });
  return pageOf(rows, first);
};

export const findTenant = (reader: ReadModelsReader, tenantId: string): Promise<TenantRow | undefined> =>
  reader.read((db) =>
    db
      .selectFrom('tenants_v2')
      .select(propertiesOf(tenantsTable))
      .where('tenantId', '=', tenantId)
      .executeTakeFirst(),
  );

/** The oldest membership first. */
export const listTenantIdsOf = async (
  reader: ReadModelsReader,
  userId: string,
): Promise<readonly string[]> => {
  const rows = await reader.read((db) =>
    db.selectFrom('members_v2').select('tenantId').where('userId', '=', userId).orderBy('addedAt').execute(),
  );
  return rows.map(({ tenantId }) => tenantId);
};
