import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import type {
  CallStatus,
  EndReason,
  PromptKind,
  RejectReason,
  SpeechCut,
  TransferOutcome,
  TransferRequester,
} from '../../domain/call/vocabulary.js';
import { CallSid, DateTime, Json, PhoneNumber } from '../scalars.js';
import { connectionTypes } from './connections.js';
import {
  CallStatusEnum,
  EndReasonEnum,
  PromptKindEnum,
  RejectReasonEnum,
  SpeechCutEnum,
  TransferOutcomeEnum,
  TransferRequesterEnum,
} from './enums.js';
import { Node } from './node.js';

@ObjectType({
  simpleResolvers: true,
  description: "An answer's way, from the caller's last sound. Null where a stage did not happen.",
})
export class TurnLatency {
  @Field(() => Int, { nullable: true, description: 'Last voiced frame → turn committed.' })
  endpointingMs!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Last voiced frame → final transcript; beside the endpointing.',
  })
  transcriptMs!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "What the caller said → what the tenant's documents have of it; it may run before the commit.",
  })
  retrievalMs?: number | null;

  @Field(() => Int, { nullable: true, description: 'Model asked → first token.' })
  modelFirstTokenMs!: number | null;

  @Field(() => Int, { nullable: true, description: 'First text to the synthesis → its first audio.' })
  synthesisFirstByteMs!: number | null;

  @Field(() => Int, { nullable: true, description: 'Silence that the first audio begins with.' })
  leadingSilenceMs!: number | null;

  @Field(() => Int, { nullable: true, description: 'First audio → first frame sent.' })
  firstFrameMs!: number | null;

  @Field(() => Int, { nullable: true, description: "First frame sent → the carrier's first mark." })
  playoutMs!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Last voiced frame → first frame sent: what the caller waits.',
  })
  responseMs!: number | null;

  @Field(() => Int, { nullable: true, description: 'Of it, what the platform itself costs.' })
  ownMs!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "Where the caller's words cut the answer: their onset → silence.",
  })
  interruptionMs!: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'What went wrong with a call.' })
export class CallFailure {
  @Field(() => String, {
    description: 'SPEECH_TO_TEXT_FAILED, LANGUAGE_MODEL_FAILED, TEXT_TO_SPEECH_FAILED, …',
  })
  code!: string;

  @Field(() => String, { description: 'The provider, and what it said.' })
  message!: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What the agent said of its own accord, after a turn: it answers nobody.',
})
export class TurnPrompt {
  @Field(() => PromptKindEnum)
  kind!: PromptKind;

  @Field(() => String, { description: 'What was to be said.' })
  text!: string;

  @Field(() => String, { nullable: true, description: 'What the caller heard of it. Null: nobody knows.' })
  heardText!: string | null;

  @Field(() => Int, { nullable: true, description: "On the call's clock. Null: it never began." })
  startedMs!: number | null;

  @Field(() => Int, { nullable: true })
  endedMs!: number | null;

  @Field(() => Boolean, { description: 'It was cut short, or never began.' })
  interrupted!: boolean;

  @Field(() => SpeechCutEnum, { nullable: true, description: 'What cut it, where it is known.' })
  cutBy!: SpeechCut | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What the caller said, and the answer. Turn 0 is the greeting.',
})
export class Turn {
  @Field(() => Int)
  turn!: number;

  @Field(() => String, { nullable: true, description: 'Null: nothing said, or erased.' })
  callerText!: string | null;

  @Field(() => String, { nullable: true })
  callerKeys!: string | null;

  @Field(() => Int, { nullable: true, description: "On the call's clock." })
  callerStartedMs!: number | null;

  @Field(() => Int, { nullable: true })
  callerEndedMs!: number | null;

  @Field(() => Float, { nullable: true, description: '0 to 1.' })
  callerConfidence!: number | null;

  @Field(() => String, { nullable: true, description: 'What ended the turn.' })
  endpointing!: string | null;

  @Field(() => String, { nullable: true, description: 'What the agent would have said.' })
  agentText!: string | null;

  @Field(() => String, { nullable: true, description: 'What the caller heard of it.' })
  agentHeardText!: string | null;

  @Field(() => Int, { nullable: true })
  agentStartedMs!: number | null;

  @Field(() => Int, { nullable: true })
  agentEndedMs!: number | null;

  @Field(() => Boolean, { description: "The agent's speech was cut short." })
  interrupted!: boolean;

  @Field(() => SpeechCutEnum, {
    nullable: true,
    description: 'What cut it. Null: nothing did, or nobody knows what, as where its worker died.',
  })
  cutBy!: SpeechCut | null;

  @Field(() => [TurnPrompt], {
    nullable: true,
    description: 'Said after it, in order. Null: there was none, or they are erased.',
  })
  prompts!: readonly TurnPrompt[] | null;

  @Field(() => Int)
  toolCalls!: number;

  @Field(() => Int)
  backchannels!: number;

  @Field(() => Int, { nullable: true })
  inputTokens!: number | null;

  @Field(() => Int, { nullable: true })
  outputTokens!: number | null;

  @Field(() => TurnLatency, { nullable: true })
  latency!: TurnLatency | null;
}

@ObjectType({ simpleResolvers: true, description: 'A person was to take the call over.' })
export class CallTransfer {
  @Field(() => PhoneNumber, { nullable: true, description: 'Who. Null once erased.' })
  to!: string | null;

  @Field(() => TransferRequesterEnum)
  by!: TransferRequester;

  @Field(() => TransferOutcomeEnum, {
    nullable: true,
    description: 'Null: nothing came of it yet, or the call ended before.',
  })
  outcome!: TransferOutcome | null;

  @Field(() => DateTime)
  requestedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was over: also that of who was answered.' })
  endedAt!: string | null;

  @Field(() => Int, { nullable: true, description: 'How long the two talked, as the carrier reported it.' })
  durationSeconds!: number | null;
}

@ObjectType('Actor', { simpleResolvers: true })
export class ActorType {
  @Field(() => String, { description: 'user, caller, agent, platform, carrier or operator.' })
  type!: string;

  @Field(() => String)
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'An event of the ledger, as it was appended.' })
export class LedgerEvent {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  type!: string;

  @Field(() => Int, { description: "0-based, within the call's stream." })
  revision!: number;

  @Field(() => String, { description: 'In the whole ledger.' })
  position!: string;

  @Field(() => DateTime)
  occurredAt!: string;

  @Field(() => DateTime, { description: "By the ledger's clock." })
  storedAt!: string;

  @Field(() => ActorType)
  actor!: ActorType;

  @Field(() => Json, { description: 'Its fields; personal ones are null once erased.' })
  data!: unknown;
}

export const { ConnectionType: LedgerEventConnection } = connectionTypes('LedgerEvent', () => LedgerEvent);

@ObjectType({ implements: Node, simpleResolvers: true })
export class Call extends Node {
  @Field(() => CallSid)
  callSid!: string;

  @Field(() => CallStatusEnum)
  status!: CallStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Who calls, as the carrier tells it. Null once erased.',
  })
  from!: string | null;

  @Field(() => String, { nullable: true })
  to!: string | null;

  @Field(() => ID, {
    description: 'Names the caller within the tenant without telling who it is; `eraseSubject` takes it.',
  })
  contactId!: string;

  @Field(() => Int, { nullable: true, description: 'The version that the call began with.' })
  agentVersion!: number | null;

  @Field(() => RejectReasonEnum, { nullable: true })
  rejectReason!: RejectReason | null;

  @Field(() => DateTime)
  receivedAt!: string;

  @Field(() => DateTime, { nullable: true })
  answeredAt!: string | null;

  @Field(() => DateTime, { nullable: true })
  endedAt!: string | null;

  @Field(() => Int, { nullable: true, description: 'From the answer to the end.' })
  durationMs!: number | null;

  @Field(() => EndReasonEnum, { nullable: true })
  endReason!: EndReason | null;

  @Field(() => CallFailure, {
    nullable: true,
    description: 'What a call failed of; null where it did not fail.',
  })
  failure!: CallFailure | null;

  @Field(() => String, { nullable: true, description: 'caller, agent, platform, carrier or operator.' })
  endedBy!: string | null;

  @Field(() => Int, { nullable: true, description: 'As the carrier reported it.' })
  carrierDurationSeconds!: number | null;

  @Field(() => Int, {
    description: 'Media streams that carried the call; more than one: it survived a worker.',
  })
  mediaAttempts!: number;

  @Field(() => Int)
  turnCount!: number;

  @Field(() => Int, { description: 'How often the caller cut the agent short, by speaking or by a key.' })
  interruptions!: number;

  // For the fields that the calls' resolver adds.
  agentId!: string | null;
  tenantId!: string;
}

export const { ConnectionType: CallConnection } = connectionTypes('Call', () => Call);

@InputType()
export class CallStatusComparator {
  @Field(() => [CallStatusEnum])
  in!: CallStatus[];
}

@InputType()
export class DateTimeComparator {
  @Field(() => DateTime, { nullable: true })
  gte?: Date | null;

  @Field(() => DateTime, { nullable: true })
  lt?: Date | null;
}

@InputType()
export class CallFilterInput {
  @Field(() => CallStatusComparator, { nullable: true })
  status?: CallStatusComparator | null;

  @Field(() => ID, { nullable: true })
  agentId?: string | null;

  @Field(() => DateTimeComparator, { nullable: true })
  receivedAt?: DateTimeComparator | null;
}
