import { IsOptional, MaxLength } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS } from '../../domain/agent/limits.js';
import type { AgentStatus } from '../../domain/agent/vocabulary.js';
import { DateTime } from '../scalars.js';
import { AgentSettingsInput } from './agent-settings-input.js';
import { connectionTypes } from './connections.js';
import { AgentStatusEnum } from './enums.js';
import { Node } from './node.js';
import { IsNotBlank } from './not-blank.js';
import { Payload } from './payload.js';

@ObjectType({ implements: Node, simpleResolvers: true })
export class Agent extends Node {
  @Field(() => String, { nullable: true, description: 'Null once erased.' })
  name!: string | null;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => AgentStatusEnum, { description: 'Only an active agent answers calls.' })
  status!: AgentStatus;

  @Field(() => Boolean, { description: 'A disabled agent answers no calls; an archived one is disabled.' })
  enabled!: boolean;

  @Field(() => Int)
  latestVersion!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The version that new calls get. Null: none is published.',
  })
  liveVersion!: number | null;

  @Field(() => ID, { description: 'The user who made it.' })
  createdBy!: string;

  @Field(() => DateTime)
  createdAt!: string;

  @Field(() => DateTime)
  updatedAt!: string;
}

export const { ConnectionType: AgentConnection } = connectionTypes('Agent', () => Agent);

@InputType()
export class CreateAgentInput {
  @Field(() => String)
  @IsNotBlank()
  @MaxLength(MAX_NAME_CHARS)
  name!: string;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(MAX_DESCRIPTION_CHARS)
  description?: string | null;

  @Field(() => AgentSettingsInput, { nullable: true })
  settings?: AgentSettingsInput | null;

  @Field(() => String, { nullable: true, description: 'The same key within 24 h gives the same result.' })
  @IsOptional()
  @MaxLength(200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'What is absent stays as it is; null clears what can be cleared.' })
export class UpdateAgentInput {
  @Field(() => ID)
  agentId!: string;

  @Field(() => Int, {
    description: 'The latest version, as the caller knows it; CONFLICT when there is a newer one.',
  })
  expectedVersion!: number;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsNotBlank()
  @MaxLength(MAX_NAME_CHARS)
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Null: it has none any more.' })
  @IsOptional()
  @MaxLength(MAX_DESCRIPTION_CHARS)
  description?: string | null;

  @Field(() => AgentSettingsInput, { nullable: true })
  settings?: AgentSettingsInput | null;
}

@InputType()
export class PublishAgentVersionInput {
  @Field(() => ID)
  agentId!: string;

  @Field(() => Int)
  version!: number;
}

@InputType()
export class RollbackAgentInput {
  @Field(() => ID)
  agentId!: string;

  @Field(() => Int, { description: 'One that was live before.' })
  toVersion!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The live version, as the caller knows it; CONFLICT when it is another by now.',
  })
  expectedVersion?: number | null;
}

@InputType()
export class SetAgentEnabledInput {
  @Field(() => ID)
  agentId!: string;

  @Field(() => Boolean)
  enabled!: boolean;
}

@InputType()
export class ArchiveAgentInput {
  @Field(() => ID)
  agentId!: string;
}

@InputType()
export class UnarchiveAgentInput {
  @Field(() => ID)
  agentId!: string;
}

@ObjectType({ simpleResolvers: true })
export class AgentPayload extends Payload {
  @Field(() => Agent, { nullable: true })
  agent!: Agent | null;
}
