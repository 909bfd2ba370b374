import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, Json } from '../scalars.js';
import { ActorType, DateTimeComparator, LedgerEventConnection } from './call.js';
import { connectionTypes } from './connections.js';

@ObjectType({ simpleResolvers: true, description: 'What stands beside an event: who did it, when, and why.' })
export class AuditEntry {
  @Field(() => ID, { description: "The event's." })
  id!: string;

  @Field(() => ID, { description: 'sys: it belongs to no tenant.' })
  tenantId!: string;

  @Field(() => String)
  stream!: string;

  @Field(() => Int, { description: '0-based, within the stream.' })
  revision!: number;

  @Field(() => String, { description: 'In the whole ledger.' })
  position!: string;

  @Field(() => String)
  type!: string;

  @Field(() => ActorType)
  actor!: ActorType;

  @Field(() => ID, { description: 'What belongs together has the same: a request, a call.' })
  correlationId!: string;

  @Field(() => ID, { description: 'The command that caused the event.' })
  causationId!: string;

  @Field(() => DateTime)
  occurredAt!: string;

  @Field(() => DateTime, { description: "By the ledger's clock." })
  storedAt!: string;
}

export const { ConnectionType: AuditEntryConnection } = connectionTypes('AuditEntry', () => AuditEntry);

@InputType()
export class EventTypeComparator {
  @Field(() => [String])
  in!: string[];
}

@InputType()
export class AuditFilterInput {
  @Field(() => ID, { nullable: true, description: 'For platform roles: one tenant of all, or sys.' })
  tenantId?: string | null;

  @Field(() => ID, { nullable: true })
  actorId?: string | null;

  @Field(() => String, { nullable: true })
  stream?: string | null;

  @Field(() => EventTypeComparator, { nullable: true })
  type?: EventTypeComparator | null;

  @Field(() => ID, { nullable: true })
  correlationId?: string | null;

  @Field(() => DateTimeComparator, { nullable: true })
  storedAt?: DateTimeComparator | null;
}

@ObjectType({ simpleResolvers: true, description: 'A command, and the events that it caused.' })
export class CausedEvents {
  @Field(() => ID, { description: "The events' causationId." })
  commandId!: string;

  @Field(() => ActorType)
  actor!: ActorType;

  @Field(() => [AuditEntry], { description: 'Oldest first.' })
  events!: AuditEntry[];
}

@ObjectType({ simpleResolvers: true, description: 'A command or an event, and what caused it.' })
export class CausationNode {
  @Field(() => ID, { description: "The command's, or the event's." })
  id!: string;

  @Field(() => [ID], {
    description:
      'The nodes that caused it. An event: its command, then the event of the same call that it answers. A command: the one that it followed from. Empty: a person, the carrier or the clock did.',
  })
  causedBy!: readonly string[];

  @Field(() => ActorType)
  actor!: ActorType;

  @Field(() => AuditEntry, { nullable: true, description: 'Null: the node is a command.' })
  event!: AuditEntry | null;
}

@ObjectType({ simpleResolvers: true, description: 'What belongs together, and what caused what.' })
export class Correlation {
  @Field(() => ID)
  id!: string;

  @Field(() => [CausationNode], {
    description: 'A causation graph: commands, each before its events, oldest first.',
  })
  nodes!: CausationNode[];

  @Field(() => [CausedEvents], { description: 'By their first events, oldest first.' })
  commands!: CausedEvents[];

  @Field(() => Boolean, { description: 'There are more events than 1,000: ask auditTrail for them.' })
  isCut!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'A stream of the ledger.' })
export class Stream {
  @Field(() => String)
  name!: string;

  @Field(() => ID)
  tenantId!: string;

  @Field(() => Int, { description: "The last event's." })
  revision!: number;

  @Field(() => LedgerEventConnection, { description: 'Oldest first. What is secret is left out.' })
  events!: unknown;
}

@ObjectType({ simpleResolvers: true, description: 'What was so at a moment.' })
export class StreamState {
  @Field(() => String)
  stream!: string;

  @Field(() => Int, { description: 'The last event of that moment.' })
  revision!: number;

  @Field(() => DateTime)
  storedAt!: string;

  @Field(() => Json, { nullable: true, description: 'What commands were decided by.' })
  state!: unknown;

  @Field(() => Json, { description: 'What was shown: rows, by the name of their read model.' })
  readModels!: unknown;
}

@ObjectType({ simpleResolvers: true })
export class StateChange {
  @Field(() => String, { description: 'As state.members.usr_1 or readModels.agents[0].name.' })
  path!: string;

  @Field(() => Json, { nullable: true, description: "Null also where there wasn't any." })
  before!: unknown;

  @Field(() => Json, { nullable: true })
  after!: unknown;
}

@ObjectType({ simpleResolvers: true, description: 'What became different between two revisions.' })
export class StreamDiff {
  @Field(() => String)
  stream!: string;

  @Field(() => Int)
  from!: number;

  @Field(() => Int)
  to!: number;

  @Field(() => [StateChange])
  changes!: readonly StateChange[];
}
