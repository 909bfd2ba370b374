import type { agentsTable, agentVersionsTable } from './agents/tables.js';
import type { auditTable } from './audit/tables.js';
import type { callsTable, transfersTable, turnsTable } from './calls/tables.js';
import type { documentsTable } from './documents/tables.js';
import type { turnLatenciesTable } from './latencies/tables.js';
import type { mediaStreamsTable } from './media/tables.js';
import type { numbersTable } from './numbers/tables.js';
import type { ReadDatabase, Reader } from './runtime/read-database.js';
import type { RowOf, Table } from './runtime/table.js';
import type { membersTable, tenantsTable } from './tenants/tables.js';
import type { usersTable } from './users/tables.js';

type RowsOf<T> = T extends Table<infer C> ? RowOf<C> : never;

/** What queries read, by the view's name: the tables' shape at the version that this code knows. */
export interface Views {
  tenants_v2: RowsOf<typeof tenantsTable>;
  members_v2: RowsOf<typeof membersTable>;
  users_v1: RowsOf<typeof usersTable>;
  agents_v2: RowsOf<typeof agentsTable>;
  agent_versions_v2: RowsOf<typeof agentVersionsTable>;
  phone_numbers_v1: RowsOf<typeof numbersTable>;
  calls_v3: RowsOf<typeof callsTable>;
  turns_v3: RowsOf<typeof turnsTable>;
  transfers_v3: RowsOf<typeof transfersTable>;
  media_streams_v3: RowsOf<typeof mediaStreamsTable>;
  turn_latencies_v3: RowsOf<typeof turnLatenciesTable>;
  knowledge_documents_v1: RowsOf<typeof documentsTable>;
  audit_entries_v2: RowsOf<typeof auditTable>;
  /** Not a read model: which processes live. */
  'ops.workers': { worker: string; seenAt: string };
}

export type ReadModels = ReadDatabase<Views>;
export type ReadModelsReader = Reader<Views>;
