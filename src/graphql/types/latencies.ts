import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import {
  type LatencyGrouping,
  latencyGroupings,
  MAX_LATENCY_GROUPS,
} from '../../../projections/latencies/queries.js';
import { DateTime } from '../scalars.js';
import { DateTimeComparator } from './call.js';

export const LatencyGroupingEnum: Readonly<Record<string, LatencyGrouping>> = Object.fromEntries(
  latencyGroupings.map((grouping) => [grouping.toUpperCase(), grouping]),
);

registerEnumType(LatencyGroupingEnum, {
  name: 'LatencyGrouping',
  description:
    'SPEECH_TO_TEXT, LANGUAGE_MODEL, TEXT_TO_SPEECH: the provider that did it, fallbacks included.',
});

@InputType()
export class LatencyFilterInput {
  @Field(() => DateTimeComparator, {
    nullable: true,
    description: 'When the answers were spoken: the last 7 days where nothing is said, 31 days at most.',
  })
  spokenAt?: DateTimeComparator | null;

  @Field(() => ID, { nullable: true })
  agentId?: string | null;

  @Field(() => String, { nullable: true, description: 'A provider, as are the next two.' })
  speechToText?: string | null;

  @Field(() => String, { nullable: true })
  languageModel?: string | null;

  @Field(() => String, { nullable: true })
  textToSpeech?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'In milliseconds.' })
export class LatencyPercentiles {
  @Field(() => Int)
  p50!: number;

  @Field(() => Int)
  p95!: number;

  @Field(() => Int)
  p99!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Answers that a model was asked for before the turn was over.',
})
export class SpeculationTotals {
  @Field(() => Int)
  started!: number;

  @Field(() => Int, { description: 'Of them, those that became the answer.' })
  promoted!: number;

  @Field(() => Int, { description: 'What the others wrote.' })
  wastedOutputTokens!: number;

  @Field(() => Int, { description: "How often the tenant's documents were searched for them in vain." })
  wastedRetrievals!: number;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'Answers that have the same of what they are grouped by. Stages are those of TurnLatency; null where none of the answers had the stage.',
})
export class LatencyGroup {
  @Field(() => Int, { nullable: true, description: 'Where they are grouped by AGENT_VERSION.' })
  agentVersion!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The provider, where they are grouped by it; null of answers from before that was recorded.',
  })
  speechToText!: string | null;

  @Field(() => String, { nullable: true })
  languageModel!: string | null;

  @Field(() => String, { nullable: true })
  textToSpeech!: string | null;

  @Field(() => Int)
  calls!: number;

  @Field(() => Int, {
    description: 'Answers that were spoken, also those that were cut; greetings are none.',
  })
  turns!: number;

  @Field(() => Int, { description: 'Of them, those that the caller cut short, by speaking or by a key.' })
  interrupted!: number;

  @Field(() => Int, {
    description:
      "Of them, those that came later than 2 s after the agent's own delay: TurnBudgetExceeded tells why.",
  })
  budgetExceeded!: number;

  @Field(() => SpeculationTotals)
  speculation!: SpeculationTotals;

  @Field(() => LatencyPercentiles, { nullable: true })
  endpointingMs!: LatencyPercentiles | null;

  @Field(() => LatencyPercentiles, { nullable: true })
  transcriptMs!: LatencyPercentiles | null;

  @Field(() => LatencyPercentiles, { nullable: true })
  retrievalMs!: LatencyPercentiles | null;

  @Field(() => LatencyPercentiles, { nullable: true })
  modelFirstTokenMs!: LatencyPercentiles | null;

  @Field(() => LatencyPercentiles, { nullable: true })
  synthesisFirstByteMs!: LatencyPercentiles | null;

  @Field(() => LatencyPercentiles, { nullable: true })
  leadingSilenceMs!: LatencyPercentiles | null;

  @Field(() => LatencyPercentiles, { nullable: true })
  firstFrameMs!: LatencyPercentiles | null;

  @Field(() => LatencyPercentiles, { nullable: true })
  playoutMs!: LatencyPercentiles | null;

  @Field(() => LatencyPercentiles, { nullable: true, description: 'What the caller waits.' })
  responseMs!: LatencyPercentiles | null;

  @Field(() => LatencyPercentiles, { nullable: true, description: 'Of it, what the platform itself costs.' })
  ownMs!: LatencyPercentiles | null;

  @Field(() => LatencyPercentiles, { nullable: true })
  interruptionMs!: LatencyPercentiles | null;

  // For the field that the report's resolver adds.
  agentId!: string | null;
  tenantId!: string;
}

@ObjectType({ simpleResolvers: true })
export class LatencyReport {
  @Field(() => DateTime, { description: 'The time that it covers: from here …' })
  from!: string;

  @Field(() => DateTime, { description: '… up to here.' })
  to!: string;

  @Field(() => [LatencyGroup], {
    description: `Those with the most answers first, ${MAX_LATENCY_GROUPS} at most.`,
  })
  groups!: LatencyGroup[];
}
