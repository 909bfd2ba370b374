import { DEFAULT_LANGUAGE } from '../../src/domain/language.js';
import type { TenantStatus } from '../../src/domain/tenant/decider.js';
import { foldInto, type Projection } from '../runtime/projection.js';
import type { RowOf } from '../runtime/table.js';
import { membersTable, tenantsTable } from './tables.js';

type TenantRow = RowOf<typeof tenantsTable.columns>;

const withStatus = (row: TenantRow | undefined, status: TenantStatus): TenantRow | undefined =>
  row && { ...row, status };

export const tenantsProjection: Projection = {
  name: 'tenants',
  version: 2,
  // Their names and what is personal in them have stayed.
  earlier: { 1: [tenantsTable, membersTable] },
  folds: [
    foldInto(tenantsTable, {
      key: (event) => [event.metadata.tenantId],
      first: ['TenantCreated'],
      handles: {
        TenantCreated: (_, { data, metadata }) => ({
          tenantId: data.tenantId,
          name: data.name,
          description: data.description ?? null,
          language: data.language ?? DEFAULT_LANGUAGE,
          status: 'ACTIVE' as const,
          maxConcurrentCalls: null,
          createdAt: metadata.occurredAt,
        }),
        TenantActivated: (row) => withStatus(row, 'ACTIVE'),
        TenantDeactivated: (row) => withStatus(row, 'INACTIVE'),
        TenantSuspended: (row) => withStatus(row, 'SUSPENDED'),
        TenantCallLimitSet: (row, { data }) => row && { ...row, maxConcurrentCalls: data.maxConcurrentCalls },
      },
    }),
    foldInto(membersTable, {
      key: (event) => [event.metadata.tenantId, event.data.userId],
      first: ['MemberAdded'],
      handles: {
        MemberAdded: (_, { data, metadata }) => ({
          tenantId: metadata.tenantId,
          userId: data.userId,
          role: data.role,
          addedAt: metadata.occurredAt,
        }),
      },
    }),
  ],
};
