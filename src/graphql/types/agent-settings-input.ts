import { Field, Float, InputType, Int } from 'type-graphql';
import { settingDefaults } from '../../domain/agent/defaults.js';
import {
  MAX_CHOICE_CHARS,
  MAX_END_PHRASES,
  MAX_FALLBACKS,
  settingMaxChars,
  settingRanges,
} from '../../domain/agent/limits.js';
import type { AgentSettings } from '../../domain/agent/settings.js';
import { Json } from '../scalars.js';
import { InterruptionSensitivityEnum, TurnDetectionEnum } from './enums.js';

const count = (value: number): string => value.toLocaleString('en-US');

/** `0 to 2`, and what it is where nobody said; `null` is the provider's own. */
const rangeOf = (name: keyof typeof settingRanges, byDefault: number | null = null): string => {
  const { min, max } = settingRanges[name];
  return `${count(min)} to ${count(max)}; ${byDefault === null ? 'null' : count(byDefault)} by default.`;
};

const charsOf = (name: keyof typeof settingMaxChars): string =>
  `${count(settingMaxChars[name])} characters at most.`;

const FALLBACKS = `Who does it when the first can't, in this order; ${MAX_FALLBACKS} at most.`;
const NAME = `Null: the provider's default. ${MAX_CHOICE_CHARS} characters at most.`;
const PROVIDER =
  "The installation's default where nobody said. Another one begins with its own model and voice.";

@InputType()
export class ProviderChoiceInput {
  @Field(() => String)
  provider!: string;

  @Field(() => String, { nullable: true, description: NAME })
  model?: string | null;
}

@InputType()
export class VoiceChoiceInput extends ProviderChoiceInput {
  @Field(() => String, { nullable: true, description: NAME })
  voice?: string | null;
}

@InputType()
abstract class StageInput {
  @Field(() => String, { nullable: true, description: PROVIDER })
  provider?: string | null;

  @Field(() => String, { nullable: true, description: NAME })
  model?: string | null;
}

@InputType()
export class SpeechToTextInput extends StageInput {
  @Field(() => [ProviderChoiceInput], { nullable: true, description: FALLBACKS })
  fallbacks?: ProviderChoiceInput[] | null;
}

@InputType()
export class LanguageModelInput extends StageInput {
  @Field(() => Float, { nullable: true, description: rangeOf('temperature') })
  temperature?: number | null;

  @Field(() => Float, { nullable: true, description: rangeOf('topP', settingDefaults.topP) })
  topP?: number | null;

  @Field(() => Int, { nullable: true, description: rangeOf('maxTokens') })
  maxTokens?: number | null;

  @Field(() => Int, { nullable: true, description: rangeOf('hedgeAfterMs', settingDefaults.hedgeAfterMs) })
  hedgeAfterMs?: number | null;

  @Field(() => [ProviderChoiceInput], { nullable: true, description: FALLBACKS })
  fallbacks?: ProviderChoiceInput[] | null;
}

@InputType()
export class TextToSpeechInput extends StageInput {
  @Field(() => String, { nullable: true, description: NAME })
  voice?: string | null;

  @Field(() => Float, { nullable: true, description: rangeOf('voiceSpeed', settingDefaults.voiceSpeed) })
  speed?: number | null;

  @Field(() => String, {
    nullable: true,
    description: `As "calm and friendly", for voices that take an instruction. ${charsOf('voiceTone')}`,
  })
  tone?: string | null;

  @Field(() => Json, {
    nullable: true,
    description: "The provider's own, by the provider's names: numbers, booleans and texts.",
  })
  settings?: AgentSettings['voiceSettings'] | null;

  @Field(() => [VoiceChoiceInput], { nullable: true, description: FALLBACKS })
  fallbacks?: VoiceChoiceInput[] | null;
}

@InputType()
export class TurnTakingInput {
  @Field(() => TurnDetectionEnum, {
    nullable: true,
    description: `${settingDefaults.turnDetection.toUpperCase()} by default.`,
  })
  detection?: AgentSettings['turnDetection'] | null;

  @Field(() => Int, { nullable: true, description: rangeOf('turnBufferMs', settingDefaults.turnBufferMs) })
  bufferMs?: number | null;

  @Field(() => InterruptionSensitivityEnum, {
    nullable: true,
    description: `${settingDefaults.interruptionSensitivity.toUpperCase()} by default.`,
  })
  interruptionSensitivity?: AgentSettings['interruptionSensitivity'] | null;

  @Field(() => Int, {
    nullable: true,
    description: rangeOf('responseDelayMs', settingDefaults.responseDelayMs),
  })
  responseDelayMs?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `${rangeOf('callerTurnLimitMs', settingDefaults.callerTurnLimitMs)} Null: never.`,
  })
  callerTurnLimitMs?: number | null;
}

/** Checked where they are laid over a version: see `changeSettings`. */
@InputType({
  description: 'What is absent stays as it is, or is its default; null clears what can be cleared.',
})
export class AgentSettingsInput {
  @Field(() => String, {
    nullable: true,
    description: `BCP 47, as \`en\` or \`de-AT\`; ${settingDefaults.language} by default.`,
  })
  language?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "BCP 47. Spoken instead where a provider doesn't know the language.",
  })
  fallbackLanguage?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Said first; empty: the agent waits for the caller. ${charsOf('greeting')}`,
  })
  greeting?: string | null;

  @Field(() => String, { nullable: true, description: charsOf('systemPrompt') })
  systemPrompt?: string | null;

  @Field(() => SpeechToTextInput, { nullable: true })
  speechToText?: SpeechToTextInput | null;

  @Field(() => LanguageModelInput, { nullable: true })
  languageModel?: LanguageModelInput | null;

  @Field(() => TextToSpeechInput, { nullable: true })
  textToSpeech?: TextToSpeechInput | null;

  @Field(() => VoiceChoiceInput, {
    nullable: true,
    description: 'One model that hears and speaks instead of the three. Null: the three.',
  })
  speechToSpeech?: VoiceChoiceInput | null;

  @Field(() => TurnTakingInput, { nullable: true })
  turnTaking?: TurnTakingInput | null;

  @Field(() => [String], {
    nullable: true,
    description: `The agent ends the call once the caller has said one of them. ${MAX_END_PHRASES} at most, each of ${charsOf('endPhrase')}`,
  })
  endPhrases?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'In E.164: where callers are put through who want a person, or whom the agent cannot help. Null by default: nowhere.',
  })
  transferTo?: string | null;

  @Field(() => Boolean, { nullable: true, description: `${settingDefaults.recordingEnabled} by default.` })
  recordingEnabled?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: `Said before the greeting of a call that is recorded; empty: nothing is. ${charsOf('recordingConsent')}`,
  })
  recordingConsent?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: rangeOf('silenceTimeoutMs', settingDefaults.silenceTimeoutMs),
  })
  silenceTimeoutMs?: number | null;

  @Field(() => Int, { nullable: true, description: rangeOf('maxDurationMs', settingDefaults.maxDurationMs) })
  maxDurationMs?: number | null;
}
