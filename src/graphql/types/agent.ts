import { IsNotEmpty, IsOptional, Max, MaxLength, Min } from 'class-validator';
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars.js';
import { connectionTypes } from './connections.js';
import { IsLanguage } from './language.js';
import { Node } from './node.js';
import { Payload } from './payload.js';

@ObjectType({ simpleResolvers: true })
export class SpeechToTextSettings {
  @Field(() => String)
  provider!: string;

  @Field(() => String, { nullable: true, description: "Null: the provider's default." })
  model!: string | null;
}

@ObjectType({ simpleResolvers: true })
export class LanguageModelSettings {
  @Field(() => String)
  provider!: string;

  @Field(() => String, { nullable: true, description: "Null: the provider's default." })
  model!: string | null;

  @Field(() => Float, { nullable: true })
  temperature!: number | null;

  @Field(() => Int, { nullable: true })
  maxTokens!: number | null;
}

@ObjectType({ simpleResolvers: true })
export class TextToSpeechSettings {
  @Field(() => String)
  provider!: string;

  @Field(() => String, { nullable: true, description: "Null: the provider's default." })
  model!: string | null;

  @Field(() => String, { nullable: true, description: "Null: the provider's default." })
  voice!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What an agent says and how: never changed once drafted.' })
export class AgentVersion {
  @Field(() => Int)
  version!: number;

  @Field(() => String, { description: 'BCP 47.' })
  language!: string;

  @Field(() => String, { nullable: true, description: 'Said first. Null once erased.' })
  greeting!: string | null;

  @Field(() => String, { nullable: true, description: 'Null once erased.' })
  systemPrompt!: string | null;

  @Field(() => SpeechToTextSettings)
  speechToText!: SpeechToTextSettings;

  @Field(() => LanguageModelSettings)
  languageModel!: LanguageModelSettings;

  @Field(() => TextToSpeechSettings)
  textToSpeech!: TextToSpeechSettings;

  @Field(() => Int, {
    description: 'Nothing said for so long after the agent: the call ends. Half-way it asks.',
  })
  silenceTimeoutMs!: number;

  @Field(() => Int)
  maxDurationMs!: number;

  @Field(() => DateTime)
  draftedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it became the live one, for the last time.' })
  publishedAt!: string | null;
}

@ObjectType({ implements: Node, simpleResolvers: true })
export class Agent extends Node {
  @Field(() => String, { nullable: true, description: 'Null once erased.' })
  name!: string | null;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => Boolean, { description: 'A disabled agent answers no calls.' })
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
export class SpeechToTextInput {
  @Field(() => String)
  provider!: string;

  @Field(() => String, { nullable: true })
  model?: string | null;
}

@InputType()
export class LanguageModelInput {
  @Field(() => String)
  provider!: string;

  @Field(() => String, { nullable: true })
  model?: string | null;

  @Field(() => Float, { nullable: true })
  @IsOptional()
  @Min(0)
  @Max(2)
  temperature?: number | null;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @Min(1)
  @Max(32_000)
  maxTokens?: number | null;
}

@InputType()
export class TextToSpeechInput {
  @Field(() => String)
  provider!: string;

  @Field(() => String, { nullable: true })
  model?: string | null;

  @Field(() => String, { nullable: true })
  voice?: string | null;
}

/** What an agent says and how; absent means the default, or in an update: leave it. */
@InputType()
export class AgentSettingsInput {
  @Field(() => String, { nullable: true, description: 'BCP 47, as `en` or `de-AT`.' })
  @IsOptional()
  @IsLanguage()
  language?: string | null;

  @Field(() => String, { nullable: true, description: 'Said first; empty: the agent waits for the caller.' })
  @IsOptional()
  @MaxLength(2000)
  greeting?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(32_000)
  systemPrompt?: string | null;

  @Field(() => SpeechToTextInput, { nullable: true })
  speechToText?: SpeechToTextInput | null;

  @Field(() => LanguageModelInput, { nullable: true })
  languageModel?: LanguageModelInput | null;

  @Field(() => TextToSpeechInput, { nullable: true })
  textToSpeech?: TextToSpeechInput | null;

  @Field(() => Int, { nullable: true, description: '4,000 to 600,000; 20,000 where absent.' })
  @IsOptional()
  @Min(4_000)
  @Max(600_000)
  silenceTimeoutMs?: number | null;

  @Field(() => Int, { nullable: true, description: '10,000 to 14,400,000; 1,800,000 where absent.' })
  @IsOptional()
  @Min(10_000)
  @Max(14_400_000)
  maxDurationMs?: number | null;
}

@InputType()
export class CreateAgentInput {
  @Field(() => String)
  @IsNotEmpty()
  @MaxLength(200)
  name!: string;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(2000)
  description?: string | null;

  @Field(() => AgentSettingsInput, { nullable: true })
  settings?: AgentSettingsInput | null;

  @Field(() => String, { nullable: true, description: 'The same key within 24 h gives the same result.' })
  @IsOptional()
  @MaxLength(200)
  idempotencyKey?: string | null;
}

@InputType()
export class UpdateAgentInput {
  @Field(() => ID)
  agentId!: string;

  @Field(() => Int, {
    description: 'The latest version, as the caller knows it; CONFLICT when there is a newer one.',
  })
  expectedVersion!: number;

  @Field(() => AgentSettingsInput)
  settings!: AgentSettingsInput;
}

@InputType()
export class PublishAgentVersionInput {
  @Field(() => ID)
  agentId!: string;

  @Field(() => Int)
  version!: number;
}

@InputType()
export class SetAgentEnabledInput {
  @Field(() => ID)
  agentId!: string;

  @Field(() => Boolean)
  enabled!: boolean;
}

@ObjectType({ simpleResolvers: true })
export class AgentPayload extends Payload {
  @Field(() => Agent, { nullable: true })
  agent!: Agent | null;
}
