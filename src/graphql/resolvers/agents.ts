import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { agentsProjection } from '../../../projections/agents/projection.js';
import { agentCursor, listAgents } from '../../../projections/agents/queries.js';
import { agentsTable, agentVersionsTable } from '../../../projections/agents/tables.js';
import { rowsAfter } from '../../../projections/as-of.js';
import { newId } from '../../domain/ids.js';
import { agentStream } from '../../domain/stream.js';
import type { Viewer } from '../../identity/viewer.js';
import type { CommandContext, LedgerRecord } from '../../ledger/ledger.js';
import {
  createAgent,
  publishAgentVersion,
  rollBackAgent,
  setAgentArchived,
  setAgentEnabled,
  updateAgent,
} from '../../tenancy/agents.js';
import type { ApiContext } from '../context.js';
import {
  Agent,
  AgentConnection,
  AgentPayload,
  ArchiveAgentInput,
  CreateAgentInput,
  PublishAgentVersionInput,
  RollbackAgentInput,
  SetAgentEnabledInput,
  UnarchiveAgentInput,
  UpdateAgentInput,
} from '../types/agent.js';
import { AgentVersion } from '../types/agent-version.js';
import { connectionOf, PageArgs, pageRequest } from '../types/connections.js';
import { payloadOf } from '../types/payload.js';
import { cannotBeCleared, settingsOf } from './agent-settings.js';
import { toVersion } from './agent-versions.js';
import { AsOfArgs, eventsAsOf } from './as-of.js';
import { toAgent } from './rows.js';

/** `past`: the agent is as it was after these events, and so are its versions. */
export type AgentRoot = Agent & {
  readonly tenantId: string;
  readonly past?: readonly LedgerRecord[] | null;
  /** The version asked for. */
  readonly wanted?: number | null;
};

@Resolver(() => Agent)
export class AgentResolver {
  @Query(() => AgentConnection, { description: "The tenant's agents, oldest first." })
  async agents(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('includeArchived', () => Boolean, { defaultValue: false }) includeArchived: boolean,
    @Ctx() context: ApiContext,
  ) {
    const reader = await context.reader('agents:read', ['agents']);
    const rows = await listAgents(reader, pageRequest(page), { includeArchived });
    return connectionOf(rows, agentCursor, toAgent);
  }

  @Query(() => Agent, {
    nullable: true,
    description: 'As it is, or was at a time or after a revision of its stream.',
  })
  async agent(
    @Arg('id', () => ID) id: string,
    @Arg('version', () => Int, {
      nullable: true,
      description:
        'The version that `config` is; the live one where absent. Null comes back where there is none.',
    })
    wanted: number | null,
    @Args(() => AsOfArgs) moment: AsOfArgs,
    @Ctx() context: ApiContext,
  ): Promise<Agent | null> {
    const row = await context.findNoted('agents:read', ['agents'], {
      find: (_, tenantId) => context.agents(tenantId).load(id),
      idOf: ({ agentId }) => agentId,
    });
    if (!row) return null;
    const past = await eventsAsOf(context, agentStream(row.tenantId, id), moment);
    const [shown = null] = past ? rowsAfter(agentsProjection, agentsTable, past) : [row];
    if (!shown || (wanted ?? 0) > shown.latestVersion || (wanted ?? 1) < 1) return null;
    return { ...toAgent(shown), past, wanted } as AgentRoot;
  }

  @FieldResolver(() => AgentVersion, {
    nullable: true,
    description:
      'The version asked for by `agent(version)`, else the one that new calls get. Null: none is published.',
  })
  async config(@Root() agent: AgentRoot, @Ctx() context: ApiContext): Promise<AgentVersion | null> {
    const number = agent.wanted ?? agent.liveVersion;
    return number === null ? null : versionOf(agent, number, context);
  }

  @FieldResolver(() => AgentVersion, { nullable: true, description: 'Null: there is no such version.' })
  async version(
    @Arg('number', () => Int) number: number,
    @Root() agent: AgentRoot,
    @Ctx() context: ApiContext,
  ): Promise<AgentVersion | null> {
    return versionOf(agent, number, context);
  }

  @FieldResolver(() => [AgentVersion], { description: 'Oldest first. Of many, `agentVersions` gives pages.' })
  async versions(@Root() agent: AgentRoot, @Ctx() context: ApiContext): Promise<AgentVersion[]> {
    const { id, tenantId, past, liveVersion } = agent;
    const rows = past
      ? rowsAfter(agentsProjection, agentVersionsTable, past)
      : await context.agentVersions(tenantId).load(id);
    return rows.map((row) => toVersion(row, liveVersion));
  }

  @Mutation(() => AgentPayload, {
    description: 'With its first version, a draft: publish it, then it answers.',
  })
  async createAgent(
    @Arg('input', () => CreateAgentInput) input: CreateAgentInput,
    @Ctx() context: ApiContext,
  ): Promise<AgentPayload> {
    const { viewer, tenantId } = context.requireInTenant('agents:write');
    const { idempotencyKey = null, name, description = null, settings } = input;
    return payloadOf({ agent: null as Agent | null }, async () => {
      const { commandId, ids } = await context.services.idempotency.begin({
        viewer,
        operation: 'createAgent',
        key: idempotencyKey,
        input,
        mint: () => ({ agentId: newId('agent') }),
      });
      const agent = {
        tenantId,
        agentId: ids.agentId,
        name,
        description,
        createdBy: viewer.userId,
        settings: settingsOf(settings ?? {}),
      };
      const position = await createAgent(context.services.tenancy, agent, context.command(viewer, commandId));
      return { position, agent: await readAgent(context, { tenantId, agentId: ids.agentId }, position) };
    });
  }

  @Mutation(() => AgentPayload, {
    description: 'Renames, describes, and drafts the next version: the latest one with these settings.',
  })
  updateAgent(
    @Arg('input', () => UpdateAgentInput) input: UpdateAgentInput,
    @Ctx() context: ApiContext,
  ): Promise<AgentPayload> {
    const { agentId, expectedVersion, name, description, settings } = input;
    return change(context, agentId, async (agent, command) => {
      if (name === null) throw cannotBeCleared('name');
      if (settings === null) throw cannotBeCleared('settings');
      const changes = { expectedVersion, name, description, settings: settingsOf(settings ?? {}) };
      return updateAgent(context.services.tenancy, agent, changes, command);
    });
  }

  @Mutation(() => AgentPayload, { description: 'New calls get this version; those under way keep theirs.' })
  publishAgentVersion(
    @Arg('input', () => PublishAgentVersionInput) { agentId, version }: PublishAgentVersionInput,
    @Ctx() context: ApiContext,
  ): Promise<AgentPayload> {
    return change(context, agentId, (agent, command) =>
      publishAgentVersion(context.services.tenancy, agent, version, command),
    );
  }

  @Mutation(() => AgentPayload, {
    description:
      'Publishes a version again that was live before. New calls get it; those under way keep theirs.',
  })
  rollbackAgent(
    @Arg('input', () => RollbackAgentInput) { agentId, toVersion, expectedVersion }: RollbackAgentInput,
    @Ctx() context: ApiContext,
  ): Promise<AgentPayload> {
    const rollBack = { toVersion, expectedVersion: expectedVersion ?? undefined };
    return change(context, agentId, (agent, command) =>
      rollBackAgent(context.services.tenancy, agent, rollBack, command),
    );
  }

  @Mutation(() => AgentPayload, {
    description:
      'Disables the agent, leaves it out of lists, and keeps it from changing until `unarchiveAgent`.',
  })
  archiveAgent(
    @Arg('input', () => ArchiveAgentInput) { agentId }: ArchiveAgentInput,
    @Ctx() context: ApiContext,
  ): Promise<AgentPayload> {
    return change(context, agentId, (agent, command) =>
      setAgentArchived(context.services.tenancy, agent, true, command),
    );
  }

  @Mutation(() => AgentPayload, {
    description: 'Takes an archived agent back: disabled, until it is enabled.',
  })
  unarchiveAgent(
    @Arg('input', () => UnarchiveAgentInput) { agentId }: UnarchiveAgentInput,
    @Ctx() context: ApiContext,
  ): Promise<AgentPayload> {
    return change(context, agentId, (agent, command) =>
      setAgentArchived(context.services.tenancy, agent, false, command),
    );
  }

  @Mutation(() => AgentPayload, { description: "Calls to a disabled agent's numbers hear a sentence." })
  setAgentEnabled(
    @Arg('input', () => SetAgentEnabledInput) { agentId, enabled }: SetAgentEnabledInput,
    @Ctx() context: ApiContext,
  ): Promise<AgentPayload> {
    return change(context, agentId, (agent, command) =>
      setAgentEnabled(context.services.tenancy, agent, enabled, command),
    );
  }
}

interface AgentRef {
  readonly tenantId: string;
  readonly agentId: string;
}

const change = (
  context: ApiContext,
  agentId: string,
  work: (agent: AgentRef, command: CommandContext, viewer: Viewer) => Promise<string>,
): Promise<AgentPayload> => {
  const { viewer, tenantId } = context.requireInTenant('agents:write');
  return payloadOf({ agent: null as Agent | null }, async () => {
    const agent = { tenantId, agentId };
    const position = await work(agent, context.command(viewer), viewer);
    return { position, agent: await readAgent(context, agent, position) };
  });
};

/** The agent as the read model has it after a write. */
const readAgent = async (context: ApiContext, { tenantId, agentId }: AgentRef, position: string) => {
  await context.waitFor(['agents'], position);
  const row = await context.agents(tenantId).load(agentId);
  return row ? toAgent(row) : null;
};

const versionOf = async (
  { id: agentId, tenantId, past, liveVersion }: AgentRoot,
  version: number,
  context: ApiContext,
): Promise<AgentVersion | null> => {
  const row = past
    ? rowsAfter(agentsProjection, agentVersionsTable, past).find((known) => known.version === version)
    : await context.agentVersion(tenantId).load({ agentId, version });
  return row ? toVersion(row, liveVersion) : null;
};
