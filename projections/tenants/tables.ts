import type { TenantStatus } from '../../src/domain/tenant/decider.js';
import type { TenantRole } from '../../src/domain/tenant/events.js';
import { type Column, defineTable, integer, nullable, text, timestamp } from '../runtime/table.js';

export const tenantsTable = defineTable(
  'tenants',
  {
    tenantId: text,
    name: nullable(text),
    description: nullable(text),
    language: text,
    status: text as Column<TenantStatus>,
    maxConcurrentCalls: nullable(integer),
    createdAt: timestamp,
  },
  {
    key: ['tenantId'],
    indexes: [['createdAt', 'tenantId']],
    personal: { columns: ['name', 'description'], subjects: {} },
  },
);

export const membersTable = defineTable(
  'members',
  { tenantId: text, userId: text, role: text as Column<TenantRole>, addedAt: timestamp },
  { key: ['tenantId', 'userId'], indexes: [['userId']] },
);
