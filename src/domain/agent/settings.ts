import { z } from 'zod';
import { personal } from '../event.js';
import { LANGUAGE_TAG } from '../language.js';
import { E164 } from '../phone-number.js';
import { MAX_END_PHRASES, MAX_FALLBACKS, settingMaxChars, settingRanges } from './limits.js';
import { interruptionSensitivities, turnDetections } from './vocabulary.js';

const number = (name: keyof typeof settingRanges) =>
  z.number().min(settingRanges[name].min).max(settingRanges[name].max);
const whole = (name: keyof typeof settingRanges) =>
  z.int().min(settingRanges[name].min).max(settingRanges[name].max);

const providerChoice = { provider: z.string(), model: z.string().nullable() };
const voiceChoice = { ...providerChoice, voice: z.string().nullable() };

/**
 * What a version of an agent says: each field is stored in `AgentVersionDrafted`, so a new one is optional, and stands
 * here by itself: what is within another object can't be added to it later.
 */
export const agentSettingsShape = {
  /** BCP 47: `en`, `de-AT`. */
  language: z.string().regex(LANGUAGE_TAG),
  /** Heard and spoken instead by a model that is known not to know `language`. BCP 47. */
  fallbackLanguage: z.string().regex(LANGUAGE_TAG).nullable().optional(),
  /** Said first; empty: the agent waits for the caller. */
  greeting: personal(z.string().max(settingMaxChars.greeting)),
  systemPrompt: personal(z.string().max(settingMaxChars.systemPrompt)),
  speechToText: z.strictObject(providerChoice),
  languageModel: z.strictObject({
    ...providerChoice,
    temperature: number('temperature').nullable(),
    maxTokens: whole('maxTokens').nullable(),
  }),
  /** `null`: the provider's default. */
  topP: number('topP').nullable().optional(),
  /** Without a word for so long the next model is asked, too, and the faster one answers; `null`: never. */
  hedgeAfterMs: whole('hedgeAfterMs').nullable().optional(),
  textToSpeech: z.strictObject(voiceChoice),
  /** 1 is the voice's own. */
  voiceSpeed: number('voiceSpeed').nullable().optional(),
  /** In words, for voices that take an instruction: "calm and friendly". */
  voiceTone: z.string().max(settingMaxChars.voiceTone).nullable().optional(),
  /** The provider's own, by the provider's names: `stability`. */
  voiceSettings: z
    .record(z.string().max(50), z.union([z.number(), z.boolean(), z.string().max(200)]))
    .optional(),
  /** Who does it when the first can't, in this order. */
  speechToTextFallbacks: z.array(z.strictObject(providerChoice)).max(MAX_FALLBACKS).optional(),
  languageModelFallbacks: z.array(z.strictObject(providerChoice)).max(MAX_FALLBACKS).optional(),
  textToSpeechFallbacks: z.array(z.strictObject(voiceChoice)).max(MAX_FALLBACKS).optional(),
  /** One model that hears and speaks instead of the three; `null` or absent: the three. */
  speechToSpeech: z.strictObject(voiceChoice).nullable().optional(),
  /**
   * What ends the caller's turn: `voice_activity` with the transcript, the speech-to-text `provider` that decides turns
   * itself, or a `fixed_buffer` of audio.
   */
  turnDetection: z.enum(turnDetections).optional(),
  /** Of `fixed_buffer`: a turn is so much audio. */
  turnBufferMs: whole('turnBufferMs').optional(),
  /** How easily the caller stops the agent; `off`: the agent always finishes. */
  interruptionSensitivity: z.enum(interruptionSensitivities).optional(),
  /** Waits so much longer before each answer. */
  responseDelayMs: whole('responseDelayMs').optional(),
  /** A caller who talks longer without a pause is cut in on politely; `null`: never. */
  callerTurnLimitMs: whole('callerTurnLimitMs').nullable().optional(),
  /** The agent ends the call once the caller has said one of them. */
  endPhrases: personal(
    z.array(z.string().min(1).max(settingMaxChars.endPhrase)).max(MAX_END_PHRASES).optional(),
  ),
  /** Where the agent puts callers through who want a person, or whom it can't help: E.164; `null`: nowhere. */
  transferTo: personal(z.string().regex(E164).nullable().optional()),
  recordingEnabled: z.boolean().optional(),
  /** Said before the greeting of a call that is recorded; empty: nothing is said. */
  recordingConsent: personal(z.string().max(settingMaxChars.recordingConsent).optional()),
  /** Nothing said for so long after the agent spoke: the call ends. Half-way the agent asks. */
  silenceTimeoutMs: whole('silenceTimeoutMs'),
  maxDurationMs: whole('maxDurationMs'),
};

const settingsSchema = z.object(agentSettingsShape);

/** The texts are `null` once the tenant is erased. */
export type AgentSettings = Readonly<z.infer<typeof settingsSchema>>;
