import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { CompleteSettings } from '../../domain/agent/defaults.js';
import { Json, PhoneNumber } from '../scalars.js';
import { InterruptionSensitivityEnum, TurnDetectionEnum } from './enums.js';

@ObjectType({ simpleResolvers: true, description: 'Who does a stage of a conversation.' })
export class ProviderChoice {
  @Field(() => String)
  provider!: string;

  @Field(() => String, { nullable: true, description: "Null: the provider's default." })
  model!: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'Who speaks.' })
export class VoiceChoice extends ProviderChoice {
  @Field(() => String, { nullable: true, description: "Null: the provider's default." })
  voice!: string | null;
}

@ObjectType({ simpleResolvers: true })
export class SpeechToTextSettings extends ProviderChoice {
  @Field(() => [ProviderChoice], { description: "Who does it when the first can't, in this order." })
  fallbacks!: ProviderChoice[];
}

@ObjectType({ simpleResolvers: true })
export class LanguageModelSettings extends ProviderChoice {
  @Field(() => Float, { nullable: true, description: "Null: the provider's default." })
  temperature!: number | null;

  @Field(() => Float, { nullable: true, description: "Null: the provider's default." })
  topP!: number | null;

  @Field(() => Int, { nullable: true, description: "Null: the provider's default." })
  maxTokens!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Without a word for so long the next model is asked, too, and the faster one answers. Null: never.',
  })
  hedgeAfterMs!: number | null;

  @Field(() => [ProviderChoice], { description: "Who does it when the first can't, in this order." })
  fallbacks!: ProviderChoice[];
}

@ObjectType({ simpleResolvers: true })
export class TextToSpeechSettings extends VoiceChoice {
  @Field(() => Float, { nullable: true, description: "1 is the voice's own; null, too." })
  speed!: number | null;

  @Field(() => String, { nullable: true, description: 'In words, for voices that take an instruction.' })
  tone!: string | null;

  @Field(() => Json, { description: "The provider's own, by the provider's names: `{ stability: 0.5 }`." })
  settings!: CompleteSettings['voiceSettings'];

  @Field(() => [VoiceChoice], { description: "Who does it when the first can't, in this order." })
  fallbacks!: VoiceChoice[];
}

@ObjectType({ simpleResolvers: true, description: 'When the caller is done, and when the agent stops.' })
export class TurnTakingSettings {
  @Field(() => TurnDetectionEnum, { description: "What ends the caller's turn." })
  detection!: CompleteSettings['turnDetection'];

  @Field(() => Int, { description: 'Of FIXED_BUFFER: a turn is so much audio.' })
  bufferMs!: number;

  @Field(() => InterruptionSensitivityEnum, { description: 'How easily the caller stops the agent.' })
  interruptionSensitivity!: CompleteSettings['interruptionSensitivity'];

  @Field(() => Int, { description: 'Waits so much longer before each answer.' })
  responseDelayMs!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'A caller who talks longer without a pause is cut in on politely. Null: never.',
  })
  callerTurnLimitMs!: number | null;
}

/** What every version of an agent says. */
@ObjectType()
export abstract class AgentSettingsFields {
  @Field(() => String, { description: 'BCP 47.' })
  language!: string;

  @Field(() => String, {
    nullable: true,
    description: "BCP 47. Spoken instead where a provider doesn't know the language.",
  })
  fallbackLanguage!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Said first; empty: the agent waits for the caller. Null once erased.',
  })
  greeting!: string | null;

  @Field(() => String, { nullable: true, description: 'Null once erased.' })
  systemPrompt!: string | null;

  @Field(() => SpeechToTextSettings)
  speechToText!: SpeechToTextSettings;

  @Field(() => LanguageModelSettings)
  languageModel!: LanguageModelSettings;

  @Field(() => TextToSpeechSettings)
  textToSpeech!: TextToSpeechSettings;

  @Field(() => VoiceChoice, {
    nullable: true,
    description: 'One model that hears and speaks instead of the three. Null: the three.',
  })
  speechToSpeech!: VoiceChoice | null;

  @Field(() => TurnTakingSettings)
  turnTaking!: TurnTakingSettings;

  @Field(() => [String], {
    nullable: true,
    description: 'The agent ends the call once the caller has said one of them. Null once erased.',
  })
  endPhrases!: readonly string[] | null;

  @Field(() => PhoneNumber, {
    nullable: true,
    description:
      'Where callers are put through who want a person, or whom the agent cannot help. Null: nowhere, or erased.',
  })
  transferTo!: string | null;

  @Field(() => Boolean)
  recordingEnabled!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Said before the greeting of a call that is recorded; empty: nothing is. Null once erased.',
  })
  recordingConsent!: string | null;

  @Field(() => Int, {
    description: 'Nothing said for so long after the agent spoke: the call ends. Half-way the agent asks.',
  })
  silenceTimeoutMs!: number;

  @Field(() => Int, { description: 'A call ends after so long.' })
  maxDurationMs!: number;
}
