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
import { agentsTable, agentVersionsTable } from './tables.js';

export type AgentRow = RowOf<typeof agentsTable.columns>;
export type AgentVersionRow = RowOf<typeof agentVersionsTable.columns>;

const SORT = 'agents:createdAt';

export const agentCursor = (row: AgentRow): string => encodeCursor(SORT, [row.createdAt, row.agentId]);

/** Oldest first. */
export const listAgents = async (
  reader: ReadModelsReader,
  { first, after }: PageRequest,
): Promise<Page<AgentRow>> => {
  const limit = checkFirst(first) + 1;
  const [createdAt, agentId] = after === null ? [] : decodeCursor(SORT, 2, after);
  const rows = await reader.read((db) => {
    const query = db
      .selectFrom('agents_v1')
      .select(propertiesOf(agentsTable))
      .orderBy('createdAt')
      .orderBy('agentId')
      .limit(limit);
    if (createdAt === undefined || agentId === undefined) return query.execute();
    return query
      .where(({ eb, refTuple, tuple }) =>
        eb(refTuple('createdAt', 'agentId'), '>', tuple(createdAt, agentId)),
      )
      .execute();
  });
  return pageOf(rows, first);
};

export const findAgents = (
  reader: ReadModelsReader,
  agentIds: readonly string[],
): Promise<readonly AgentRow[]> =>
  reader.read((db) =>
    db.selectFrom('agents_v1').select(propertiesOf(agentsTable)).where('agentId', 'in', agentIds).execute(),
  );

/** All versions of an agent, the oldest first. */
export const listAgentVersions = (
  reader: ReadModelsReader,
  agentIds: readonly string[],
): Promise<readonly AgentVersionRow[]> =>
  reader.read((db) =>
    db
      .selectFrom('agent_versions_v1')
      .select(propertiesOf(agentVersionsTable))
      .where('agentId', 'in', agentIds)
      .orderBy('version')
      .execute(),
  );
