import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { agentsProjection } from '../../../projections/agents/projection.js';
import { agentCursor, listAgents } from '../../../projections/agents/queries.js';
import { agentsTable, agentVersionsTable } from '../../../projections/agents/tables.js';
import { rowsAfter } from '../../../projections/as-of.js';
import type { AgentSettings } from '../../domain/agent/settings.js';
import { newId } from '../../domain/ids.js';
import { agentStream } from '../../domain/stream.js';
import type { Viewer } from '../../identity/viewer.js';
import type { CommandContext, LedgerRecord } from '../../ledger/ledger.js';
import {
  createAgent,
  draftAgentVersion,
  publishAgentVersion,
  setAgentEnabled,
} from '../../tenancy/agents.js';
import type { ApiContext } from '../context.js';
import {
  Agent,
  AgentConnection,
  AgentPayload,
  type AgentSettingsInput,
  AgentVersion,
  CreateAgentInput,
  PublishAgentVersionInput,
  SetAgentEnabledInput,
  UpdateAgentInput,
} from '../types/agent.js';
import { connectionOf, PageArgs, pageRequest } from '../types/connections.js';
import { payloadOf } from '../types/payload.js';
import { AsOfArgs, eventsAsOf } from './as-of.js';
import { toAgent } from './rows.js';

/** `past`: the agent is as it was after these events, and so are its versions. */
type AgentRoot = Agent & { readonly tenantId: string; readonly past?: readonly LedgerRecord[] };

@Resolver(() => Agent)
export class AgentResolver {
  @Query(() => AgentConnection, { description: "The tenant's agents, oldest first." })
  async agents(@Args(() => PageArgs) page: PageArgs, @Ctx() context: ApiContext) {
    const reader = await context.reader('agents:read', ['agents']);
    return connectionOf(await listAgents(reader, pageRequest(page)), agentCursor, toAgent);
  }

  @Query(() => Agent, {
    nullable: true,
    description: 'As it is, or was at a time or after a revision of its stream.',
  })
  async agent(
    @Arg('id', () => ID) id: string,
    @Args(() => AsOfArgs) moment: AsOfArgs,
    @Ctx() context: ApiContext,
  ): Promise<Agent | null> {
    const tenantId = await context.readableNoted('agents:read');
    const row = await context.agents(tenantId).load(id);
    if (!row) return null;
    const past = await eventsAsOf(context, agentStream(tenantId, id), moment);
    if (!past) return toAgent(row);
    const [before] = rowsAfter(agentsProjection, agentsTable, past);
    return before ? ({ ...toAgent(before), past } as AgentRoot) : null;
  }

  @FieldResolver(() => [AgentVersion], { description: 'Oldest first.' })
  async versions(
    @Root() { id, tenantId, past }: AgentRoot,
    @Ctx() context: ApiContext,
  ): Promise<AgentVersion[]> {
    if (past) return [...rowsAfter(agentsProjection, agentVersionsTable, past)];
    return [...(await context.agentVersions(tenantId).load(id))];
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
    description: 'Drafts the next version: the latest one with these changes.',
  })
  updateAgent(
    @Arg('input', () => UpdateAgentInput) { agentId, expectedVersion, settings }: UpdateAgentInput,
    @Ctx() context: ApiContext,
  ): Promise<AgentPayload> {
    const changes = settingsOf(settings);
    return change(context, agentId, async (agent, command) => {
      const draft = { expectedVersion, changes };
      return (await draftAgentVersion(context.services.tenancy, agent, draft, command)).position;
    });
  }

  @Mutation(() => AgentPayload, { description: 'New calls get this version; those under way keep theirs.' })
  publishAgentVersion(
    @Arg('input', () => PublishAgentVersionInput) { agentId, version }: PublishAgentVersionInput,
    @Ctx() context: ApiContext,
  ): Promise<AgentPayload> {
    return change(
      context,
      agentId,
      async (agent, command) =>
        (await publishAgentVersion(context.services.tenancy, agent, version, command)).position,
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

/** What the input says; what is absent or null is left as it is. */
const settingsOf = ({
  speechToText,
  languageModel,
  textToSpeech,
  ...rest
}: AgentSettingsInput): Partial<AgentSettings> =>
  withoutNulls({
    ...rest,
    speechToText: speechToText && { provider: speechToText.provider, model: speechToText.model ?? null },
    languageModel: languageModel && {
      provider: languageModel.provider,
      model: languageModel.model ?? null,
      temperature: languageModel.temperature ?? null,
      maxTokens: languageModel.maxTokens ?? null,
    },
    textToSpeech: textToSpeech && {
      provider: textToSpeech.provider,
      model: textToSpeech.model ?? null,
      voice: textToSpeech.voice ?? null,
    },
  });

const withoutNulls = (values: object): Partial<AgentSettings> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value != null));
