import { type Column, defineTable, integer, type NamedTable, text, timestamp } from '../runtime/table.js';

/** Who did what, and why: what stands beside every event of the ledger, and none of its fields. */
export const auditTable = defineTable(
  'audit_entries',
  {
    tenantId: text,
    stream: text,
    revision: integer,
    /**
     * Both stores count in 63 bits. PostgreSQL compares a bigint before a policy, in the index: a numeric, which isn't
     * leakproof, row by row behind it.
     */
    position: { type: 'bigint', nullable: false } as Column<string>,
    eventId: text,
    type: text,
    actorType: text,
    actorId: text,
    correlationId: text,
    /** The command that caused the event. */
    causationId: text,
    occurredAt: timestamp,
    storedAt: timestamp,
  },
  {
    key: ['stream', 'revision'],
    indexes: [
      ['tenantId', 'position desc'],
      ['position desc'],
      ['correlationId', 'position'],
      ['actorId', 'position desc'],
      // Of one tenant it's in the trail's order; of all it's sorted where the type is rare, and else isn't needed.
      ['type', 'tenantId', 'position desc'],
      ['storedAt'],
    ],
  },
);

/** Of version 1. */
export const earlierAuditTables: readonly NamedTable[] = [
  { name: 'audit_entries', personal: { columns: [], subjects: {} } },
];
