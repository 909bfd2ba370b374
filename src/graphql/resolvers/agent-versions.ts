import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import {
  type AgentRow,
  type AgentVersionRow,
  agentVersionCursor,
  pageOfAgentVersions,
  settingsOfVersion,
} from '../../../projections/agents/queries.js';
import type { AgentVersionStatus } from '../../domain/agent/vocabulary.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { ApiContext } from '../context.js';
import { AgentSettingChange, AgentVersion, AgentVersionConnection } from '../types/agent-version.js';
import { connectionOf, PageArgs, pageRequest } from '../types/connections.js';
import { changesOf, toSettings } from './agent-settings.js';

type AgentVersionRoot = AgentVersion & { readonly row: AgentVersionRow };

/** A version as the API shows it; `liveVersion` is its agent's. */
export const toVersion = (row: AgentVersionRow, liveVersion: number | null): AgentVersionRoot => ({
  ...toSettings(settingsOfVersion(row)),
  row,
  agentId: row.agentId,
  version: row.version,
  status: statusOf(row, liveVersion),
  draftedAt: row.draftedAt,
  draftedBy: row.draftedBy,
  publishedAt: row.publishedAt,
  publishedBy: row.publishedBy,
});

const statusOf = (
  { version, publishedAt }: AgentVersionRow,
  liveVersion: number | null,
): AgentVersionStatus => {
  if (version === liveVersion) return 'PUBLISHED';
  return publishedAt === null ? 'DRAFT' : 'ARCHIVED';
};

@Resolver(() => AgentVersion)
export class AgentVersionResolver {
  @Query(() => AgentVersionConnection, { description: "An agent's versions, newest first." })
  async agentVersions(
    @Arg('agentId', () => ID) agentId: string,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: ApiContext,
  ) {
    const { tenantId, liveVersion } = await agentOf(context, agentId);
    const reader = context.services.readModels.forTenant(tenantId);
    const rows = await pageOfAgentVersions(reader, agentId, pageRequest(page));
    return connectionOf(rows, agentVersionCursor, (row) => toVersion(row, liveVersion));
  }

  @Query(() => [AgentSettingChange], { description: "What a version's settings are that another's are not." })
  async agentVersionDiff(
    @Arg('agentId', () => ID) agentId: string,
    @Arg('from', () => Int) from: number,
    @Arg('to', () => Int) to: number,
    @Ctx() context: ApiContext,
  ): Promise<AgentSettingChange[]> {
    const { tenantId, latestVersion } = await agentOf(context, agentId);
    const keys = [from, to].map((version) => ({ agentId, version }));
    const [before, after] = await Promise.all(keys.map((key) => context.agentVersion(tenantId).load(key)));
    if (before && after) return changesOf(settingsOfVersion(before), settingsOfVersion(after));
    throw new AppError(
      ErrorCode.NOT_FOUND,
      `The agent has no version ${before ? to : from}; its latest is ${latestVersion}.`,
      { latestVersion },
    );
  }

  @FieldResolver(() => [AgentSettingChange], {
    description: 'What became different from the version before; empty for the first.',
  })
  async changes(
    @Root() { row }: AgentVersionRoot,
    @Ctx() context: ApiContext,
  ): Promise<AgentSettingChange[]> {
    const { tenantId, agentId, version } = row;
    if (version === 1) return [];
    const before = await context.agentVersion(tenantId).load({ agentId, version: version - 1 });
    return before ? changesOf(settingsOfVersion(before), settingsOfVersion(row)) : [];
  }
}

/** Throws `NOT_FOUND`. */
const agentOf = async (context: ApiContext, agentId: string): Promise<AgentRow> => {
  const row = await context.findNoted('agents:read', ['agents'], {
    find: (_, tenantId) => context.agents(tenantId).load(agentId),
    idOf: (agent) => agent.agentId,
  });
  if (row) return row;
  throw new AppError(ErrorCode.NOT_FOUND, `There is no agent ${agentId}.`, { field: 'agentId' });
};
