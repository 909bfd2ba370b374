import { type RawBuilder, sql } from 'kysely';
import type { TurnLatency } from '../../src/domain/call/conversation-events.js';
import type { ReadModelsReader } from '../views.js';

/** What answers are told apart by; a provider by what it does. */
export const latencyGroupings = [
  'agent',
  'agent_version',
  'speech_to_text',
  'language_model',
  'text_to_speech',
] as const;
export type LatencyGrouping = (typeof latencyGroupings)[number];

export interface LatencyFilter {
  readonly spokenAt: { readonly gte: string; readonly lt: string };
  readonly agentId?: string | undefined;
  /** Providers, by name. */
  readonly speechToText?: string | undefined;
  readonly languageModel?: string | undefined;
  readonly textToSpeech?: string | undefined;
}

/** In milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Of answers that a model was asked for before the turn was over, also in turns that came to no answer. */
export interface SpeculationTotals {
  readonly started: number;
  /** They became the turn's answer. */
  readonly promoted: number;
  /** Of the others. */
  readonly wastedOutputTokens: number;
  readonly wastedRetrievals: number;
}

/** Answers that have the same of what they are grouped by; `null` where they aren't grouped by it, or nobody told. */
export type LatencyGroup = {
  readonly agentId: string | null;
  readonly agentVersion: number | null;
  readonly speechToText: string | null;
  readonly languageModel: string | null;
  readonly textToSpeech: string | null;
  readonly calls: number;
  readonly turns: number;
  readonly interrupted: number;
  readonly budgetExceeded: number;
  readonly speculation: SpeculationTotals;
} & {
  /** `null`: none of the answers had the stage. */
  readonly [Stage in keyof TurnLatency]-?: Percentiles | null;
};

/** More than there are agents and providers worth comparing. */
export const MAX_LATENCY_GROUPS = 200;

const stages: readonly (keyof TurnLatency)[] = [
  'endpointingMs',
  'transcriptMs',
  'retrievalMs',
  'modelFirstTokenMs',
  'synthesisFirstByteMs',
  'leadingSilenceMs',
  'firstFrameMs',
  'playoutMs',
  'responseMs',
  'ownMs',
  'interruptionMs',
];

/** The three percentiles of a column, interpolated; `null` without a value. */
const percentilesOf = (stage: keyof TurnLatency): RawBuilder<readonly number[] | null> =>
  sql`percentile_cont(array[0.5, 0.95, 0.99]) within group (order by ${sql.ref(stage)})`;

const columns = {
  agent: ['agentId'],
  agent_version: ['agentId', 'agentVersion'],
  speech_to_text: ['speechToText'],
  language_model: ['languageModel'],
  text_to_speech: ['textToSpeech'],
} as const satisfies Record<LatencyGrouping, readonly (keyof LatencyGroup)[]>;

/** Percentiles of the answers that were spoken within a time, the groups with the most answers first. */
export const latencyGroups = async (
  reader: ReadModelsReader,
  { spokenAt, agentId, ...providers }: LatencyFilter,
  groupBy: readonly LatencyGrouping[],
): Promise<readonly LatencyGroup[]> => {
  const groupColumns = [...new Set(groupBy.flatMap((grouping) => columns[grouping]))];
  const rows = await reader.read((db) => {
    let query = db
      .selectFrom('turn_latencies_v3')
      .innerJoin('calls_v3', 'calls_v3.callId', 'turn_latencies_v3.callId')
      .where('spokenAt', '>=', spokenAt.gte)
      .where('spokenAt', '<', spokenAt.lt);
    if (agentId !== undefined) query = query.where('agentId', '=', agentId);
    for (const stage of ['speechToText', 'languageModel', 'textToSpeech'] as const) {
      const provider = providers[stage];
      if (provider !== undefined) query = query.where(stage, '=', provider);
    }
    const groups = query
      .$if(groupColumns.length > 0, (all) => all.groupBy(groupColumns))
      .select(groupColumns)
      .select(({ fn }) => [
        fn.count<string>('turn_latencies_v3.callId').distinct().filterWhere('spoken', '=', true).as('calls'),
        fn.countAll<string>().filterWhere('spoken', '=', true).as('turns'),
        fn.countAll<string>().filterWhere('interrupted', '=', true).as('interrupted'),
        fn.countAll<string>().filterWhere('budgetExceeded', '=', true).as('budgetExceeded'),
        fn.sum<string>('speculations').as('speculations'),
        fn.countAll<string>().filterWhere('speculationPromoted', '=', true).as('promoted'),
        fn.sum<string>('wastedOutputTokens').as('wastedOutputTokens'),
        fn.sum<string>('wastedRetrievals').as('wastedRetrievals'),
      ])
      .select(stages.map((stage) => percentilesOf(stage).as(stage)))
      .orderBy('turns', 'desc')
      .limit(MAX_LATENCY_GROUPS);
    return groupColumns.reduce((ordered, column) => ordered.orderBy(column), groups).execute();
  });
  return rows.filter(({ turns }) => turns !== '0').map(toGroup);
};

type Count =
  | 'calls'
  | 'turns'
  | 'interrupted'
  | 'budgetExceeded'
  | 'speculations'
  | 'promoted'
  | 'wastedOutputTokens'
  | 'wastedRetrievals';
type GroupRow = Readonly<Record<Count, string>> &
  Readonly<Partial<Record<keyof TurnLatency, readonly number[] | null>>> &
  Partial<Pick<LatencyGroup, (typeof columns)[LatencyGrouping][number]>>;

const toGroup = (row: GroupRow): LatencyGroup => ({
  agentId: row.agentId ?? null,
  agentVersion: row.agentVersion ?? null,
  speechToText: row.speechToText ?? null,
  languageModel: row.languageModel ?? null,
  textToSpeech: row.textToSpeech ?? null,
  calls: Number(row.calls),
  turns: Number(row.turns),
  interrupted: Number(row.interrupted),
  budgetExceeded: Number(row.budgetExceeded),
  speculation: {
    started: Number(row.speculations),
    promoted: Number(row.promoted),
    wastedOutputTokens: Number(row.wastedOutputTokens),
    wastedRetrievals: Number(row.wastedRetrievals),
  },
  ...(Object.fromEntries(stages.map((stage) => [stage, toPercentiles(row[stage])])) as Record<
    keyof TurnLatency,
    Percentiles | null
  >),
});

const toPercentiles = (values: readonly number[] | null | undefined): Percentiles | null => {
  const [p50, p95, p99] = (values ?? []).map(Math.round);
  return p50 === undefined || p95 === undefined || p99 === undefined ? null : { p50, p95, p99 };
};
