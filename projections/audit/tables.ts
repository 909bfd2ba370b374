import { type Column, defineTable, integer, text, timestamp } from '../runtime/table.js';

/** Who did what, and why: what stands beside every event of the ledger, and none of its fields. */
export const auditTable = defineTable(
  'audit_entries',
  {
    tenantId: text,
    stream: text,
    revision: integer,
    /** A number of any size, as the ledger's stores count. */
    position: { type: 'numeric', nullable: false } as Column<string>,
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
    ],
  },
);
