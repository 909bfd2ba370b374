import type { SettingsChanges } from '../../domain/agent/change-settings.js';
import { compareSettings } from '../../domain/agent/compare-settings.js';
import type { CompleteSettings } from '../../domain/agent/defaults.js';
import { groupedSettings } from '../../domain/agent/setting-names.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { AgentSettingsFields } from '../types/agent-settings.js';
import type {
  AgentSettingsInput,
  ProviderChoiceInput,
  VoiceChoiceInput,
} from '../types/agent-settings-input.js';
import type { AgentSettingChange } from '../types/agent-version.js';

/** Settings in the groups that the API shows. */
export const toSettings = (settings: CompleteSettings): AgentSettingsFields => ({
  ...settings,
  speechToText: { ...settings.speechToText, fallbacks: settings.speechToTextFallbacks },
  languageModel: {
    ...settings.languageModel,
    topP: settings.topP,
    hedgeAfterMs: settings.hedgeAfterMs,
    fallbacks: settings.languageModelFallbacks,
  },
  textToSpeech: {
    ...settings.textToSpeech,
    speed: settings.voiceSpeed,
    tone: settings.voiceTone,
    settings: settings.voiceSettings,
    fallbacks: settings.textToSpeechFallbacks,
  },
  turnTaking: {
    detection: settings.turnDetection,
    bufferMs: settings.turnBufferMs,
    interruptionSensitivity: settings.interruptionSensitivity,
    responseDelayMs: settings.responseDelayMs,
    callerTurnLimitMs: settings.callerTurnLimitMs,
  },
});

/** What an input says: absent is left, null is cleared. Throws `BAD_USER_INPUT` for a group that is null. */
export const settingsOf = ({
  speechToText,
  languageModel,
  textToSpeech,
  speechToSpeech,
  turnTaking,
  ...others
}: AgentSettingsInput): SettingsChanges => {
  if (turnTaking === null) throw cannotBeCleared('turnTaking');
  const { fallbacks: speechToTextFallbacks, ...ear } = speechToText ?? {};
  const { fallbacks: languageModelFallbacks, topP, hedgeAfterMs, ...mind } = languageModel ?? {};
  const {
    fallbacks: textToSpeechFallbacks,
    speed: voiceSpeed,
    tone: voiceTone,
    settings: voiceSettings,
    ...mouth
  } = textToSpeech ?? {};
  return {
    ...others,
    speechToText: speechToText && ear,
    speechToTextFallbacks: speechToTextFallbacks?.map(choiceOf) ?? speechToTextFallbacks,
    languageModel: languageModel && mind,
    languageModelFallbacks: languageModelFallbacks?.map(choiceOf) ?? languageModelFallbacks,
    topP,
    hedgeAfterMs,
    textToSpeech: textToSpeech && mouth,
    textToSpeechFallbacks: textToSpeechFallbacks?.map(voiceOf) ?? textToSpeechFallbacks,
    voiceSpeed,
    voiceTone,
    voiceSettings,
    speechToSpeech: speechToSpeech && voiceOf(speechToSpeech),
    turnDetection: turnTaking?.detection,
    turnBufferMs: turnTaking?.bufferMs,
    interruptionSensitivity: turnTaking?.interruptionSensitivity,
    responseDelayMs: turnTaking?.responseDelayMs,
    callerTurnLimitMs: turnTaking?.callerTurnLimitMs,
  } as SettingsChanges;
};

/** For a field of an input that is null, and can't be. */
export const cannotBeCleared = (field: string): AppError =>
  new AppError(ErrorCode.BAD_USER_INPUT, `${field} can't be cleared: leave it out, or give it a value.`, {
    field,
  });

const choiceOf = ({ provider, model }: ProviderChoiceInput) => ({ provider, model: model ?? null });
const voiceOf = ({ voice, ...choice }: VoiceChoiceInput) => ({ ...choiceOf(choice), voice: voice ?? null });

/** Settings whose values are an enum's, which are upper case on the wire. */
const enums: readonly string[] = [groupedSettings.turnDetection, groupedSettings.interruptionSensitivity];

/** What differs between two versions. */
export const changesOf = (before: CompleteSettings, after: CompleteSettings): AgentSettingChange[] =>
  compareSettings(before, after).map((change) =>
    enums.includes(change.field)
      ? {
          field: change.field,
          before: String(change.before).toUpperCase(),
          after: String(change.after).toUpperCase(),
        }
      : change,
  );
