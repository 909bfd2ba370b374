import type { PlatformRole } from '../../src/domain/user/events.js';
import { type Column, defineTable, nullable, text, timestamp } from '../runtime/table.js';

export const usersTable = defineTable(
  'users',
  {
    tenantId: text,
    userId: text,
    email: nullable(text),
    firstName: nullable(text),
    lastName: nullable(text),
    platformRole: nullable(text) as Column<PlatformRole | null>,
    registeredAt: timestamp,
  },
  {
    key: ['userId'],
    personal: { columns: ['email', 'firstName', 'lastName'], subjects: { user: 'userId' } },
  },
);
