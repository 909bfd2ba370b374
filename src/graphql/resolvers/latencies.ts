import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import {
  type LatencyFilter,
  type LatencyGrouping,
  latencyGroups,
} from '../../../projections/latencies/queries.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { ApiContext } from '../context.js';
import { Agent } from '../types/agent.js';
import { LatencyFilterInput, LatencyGroup, LatencyGroupingEnum, LatencyReport } from '../types/latencies.js';
import { toAgent } from './rows.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const DEFAULT_DAYS = 7;
const MAX_DAYS = 31;

@Resolver(() => LatencyGroup)
export class LatencyResolver {
  @Query(() => LatencyReport, {
    description:
      "How long the agents' answers took, stage by stage: percentiles by agent and by provider, of the tenant's calls.",
  })
  async latencyReport(
    @Arg('filter', () => LatencyFilterInput, { nullable: true }) filter: LatencyFilterInput | null,
    @Arg('groupBy', () => [LatencyGroupingEnum], {
      defaultValue: ['agent'],
      description: 'Empty: all answers are one group.',
    })
    groupBy: LatencyGrouping[],
    @Arg('minPosition', () => String, { nullable: true }) minPosition: string | null,
    @Ctx() context: ApiContext,
  ): Promise<LatencyReport> {
    const wanted = filterOf(filter ?? {}, Date.now());
    const reader = await context.reader('calls:read', ['latencies', 'calls', 'agents'], minPosition);
    const tenantId = context.readable('calls:read');
    const groups = await latencyGroups(reader, wanted, groupBy);
    return {
      from: wanted.spokenAt.gte,
      to: wanted.spokenAt.lt,
      groups: groups.map((group) => ({ ...group, tenantId })),
    };
  }

  @FieldResolver(() => Agent, {
    nullable: true,
    description: 'Where they are grouped by AGENT or AGENT_VERSION.',
  })
  async agent(
    @Root() { agentId, tenantId }: LatencyGroup,
    @Ctx() context: ApiContext,
  ): Promise<Agent | null> {
    const row = agentId === null ? undefined : await context.agents(tenantId).load(agentId);
    return row ? toAgent(row) : null;
  }
}

/** Throws `BAD_USER_INPUT` for a time that ends before it begins, or is longer than a report may be. */
const filterOf = (
  { spokenAt, agentId, speechToText, languageModel, textToSpeech }: LatencyFilterInput,
  nowMs: number,
): LatencyFilter => {
  const toMs = spokenAt?.lt?.getTime() ?? nowMs;
  const fromMs = spokenAt?.gte?.getTime() ?? toMs - DEFAULT_DAYS * DAY_MS;
  const time = { gte: new Date(fromMs).toISOString(), lt: new Date(toMs).toISOString() };
  if (fromMs >= toMs || toMs - fromMs > MAX_DAYS * DAY_MS) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `spokenAt is from ${time.gte} to ${time.lt}: it must end after it begins, and be ${MAX_DAYS} days at most.`,
      { field: 'spokenAt' },
    );
  }
  return {
    spokenAt: time,
    agentId: agentId ?? undefined,
    speechToText: speechToText ?? undefined,
    languageModel: languageModel ?? undefined,
    textToSpeech: textToSpeech ?? undefined,
  };
};
