import { eventDefinitions } from '../../src/domain/events.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import type { Projection, TableFold } from '../runtime/projection.js';
import type { RowOf } from '../runtime/table.js';
import { auditTable, earlierAuditTables } from './tables.js';

const entryOf = (_: unknown, event: LedgerRecord): RowOf<typeof auditTable.columns> => ({
  tenantId: event.metadata.tenantId,
  stream: event.stream,
  revision: event.revision,
  position: event.position,
  eventId: event.id,
  type: event.type,
  actorType: event.metadata.actor.type,
  actorId: event.metadata.actor.id,
  correlationId: event.metadata.$correlationId,
  causationId: event.metadata.$causationId,
  occurredAt: event.metadata.occurredAt,
  storedAt: event.createdAt,
});

const types = Object.keys(eventDefinitions);

/** A row an event, of every type there is. */
const auditFold = {
  table: auditTable,
  key: ({ stream, revision }: LedgerRecord) => [stream, revision],
  first: new Set(types),
  handles: Object.fromEntries(types.map((type) => [type, entryOf])),
} as unknown as TableFold;

export const auditProjection: Projection = {
  name: 'audit',
  version: 2,
  earlier: { 1: earlierAuditTables },
  folds: [auditFold],
};
