import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { AgentVersionStatus } from '../../domain/agent/vocabulary.js';
import type { Actor } from '../../domain/event.js';
import { DateTime, Json } from '../scalars.js';
import { AgentSettingsFields } from './agent-settings.js';
import { ActorType } from './call.js';
import { connectionTypes } from './connections.js';
import { AgentVersionStatusEnum } from './enums.js';

@ObjectType({ simpleResolvers: true, description: 'What an agent says and how: never changed once drafted.' })
export class AgentVersion extends AgentSettingsFields {
  @Field(() => ID)
  agentId!: string;

  @Field(() => Int)
  version!: number;

  @Field(() => AgentVersionStatusEnum)
  status!: AgentVersionStatus;

  @Field(() => DateTime)
  draftedAt!: string;

  @Field(() => ActorType, { description: 'Who made it.' })
  draftedBy!: Actor;

  @Field(() => DateTime, { nullable: true, description: 'When it became the live one, for the last time.' })
  publishedAt!: string | null;

  @Field(() => ActorType, { nullable: true, description: 'Who made it the live one, for the last time.' })
  publishedBy!: Actor | null;
}

export const { ConnectionType: AgentVersionConnection } = connectionTypes('AgentVersion', () => AgentVersion);

@ObjectType({ simpleResolvers: true, description: 'A setting that two versions of an agent differ in.' })
export class AgentSettingChange {
  @Field(() => String, { description: 'As `languageModel.temperature`.' })
  field!: string;

  @Field(() => Json, { nullable: true, description: 'Null also where a text is erased.' })
  before!: unknown;

  @Field(() => Json, { nullable: true })
  after!: unknown;
}
