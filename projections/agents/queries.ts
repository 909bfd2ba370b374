import { type CompleteSettings, completeSettings } from '../../src/domain/agent/defaults.js';
import { agentEvents } from '../../src/domain/agent/events.js';
import type { AgentSettings } from '../../src/domain/agent/settings.js';
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
const VERSION_SORT = 'agentVersions:version';

export const agentCursor = (row: AgentRow): string => encodeCursor(SORT, [row.createdAt, row.agentId]);

/** Oldest first; archived ones where they are asked for. */
export const listAgents = async (
  reader: ReadModelsReader,
  { first, after }: PageRequest,
  { includeArchived }: { readonly includeArchived: boolean },
): Promise<Page<AgentRow>> => {
  const limit = checkFirst(first) + 1;
  const [createdAt, agentId] = after === null ? [] : decodeCursor(SORT, ['time', 'id'], after);
  const rows = await reader.read((db) => {
    const query = db
      .selectFrom('agents_v2')
      .select(propertiesOf(agentsTable))
      .$if(!includeArchived, (all) => all.where('archived', '=', false))
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
    db.selectFrom('agents_v2').select(propertiesOf(agentsTable)).where('agentId', 'in', agentIds).execute(),
  );

export const agentVersionCursor = ({ version }: AgentVersionRow): string =>
  encodeCursor(VERSION_SORT, [String(version)]);

/** An agent's versions, the newest first. */
export const pageOfAgentVersions = async (
  reader: ReadModelsReader,
  agentId: string,
  { first, after }: PageRequest,
): Promise<Page<AgentVersionRow>> => {
  const limit = checkFirst(first) + 1;
  const [before] = after === null ? [] : decodeCursor(VERSION_SORT, ['index'], after);
  const rows = await reader.read((db) =>
    db
      .selectFrom('agent_versions_v2')
      .select(propertiesOf(agentVersionsTable))
      .where('agentId', '=', agentId)
      .$if(before !== undefined, (all) => all.where('version', '<', Number(before)))
      .orderBy('version', 'desc')
      .limit(limit)
      .execute(),
  );
  return pageOf(rows, first);
};

export interface AgentVersionKey {
  readonly agentId: string;
  readonly version: number;
}

/** Those of these versions that there are. */
export const findAgentVersions = (
  reader: ReadModelsReader,
  keys: readonly AgentVersionKey[],
): Promise<readonly AgentVersionRow[]> =>
  reader.read((db) =>
    db
      .selectFrom('agent_versions_v2')
      .select(propertiesOf(agentVersionsTable))
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('agentId', 'version'),
          'in',
          keys.map(({ agentId, version }) => tuple(agentId, version)),
        ),
      )
      .execute(),
  );

const erasedTexts = Object.fromEntries(
  agentEvents.AgentVersionDrafted.personalFields.map((name) => [name, null]),
);

/** What a version says, with its defaults; the texts are `null` once erased. */
export const settingsOfVersion = ({ settings, texts }: AgentVersionRow): CompleteSettings =>
  completeSettings({ ...settings, ...(texts ?? erasedTexts) } as AgentSettings);

/** All versions of these agents, the oldest first. */
export const listAgentVersions = (
  reader: ReadModelsReader,
  agentIds: readonly string[],
): Promise<readonly AgentVersionRow[]> =>
  reader.read((db) =>
    db
      .selectFrom('agent_versions_v2')
      .select(propertiesOf(agentVersionsTable))
      .where('agentId', 'in', agentIds)
      .orderBy('version')
      .execute(),
  );
