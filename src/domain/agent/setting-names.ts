import type { AgentSettings } from './settings.js';

/** Settings that people name, and find, in a group: they are stored by themselves, since a stored group can't grow. */
export const groupedSettings = {
  speechToTextFallbacks: 'speechToText.fallbacks',
  topP: 'languageModel.topP',
  hedgeAfterMs: 'languageModel.hedgeAfterMs',
  languageModelFallbacks: 'languageModel.fallbacks',
  voiceSpeed: 'textToSpeech.speed',
  voiceTone: 'textToSpeech.tone',
  voiceSettings: 'textToSpeech.settings',
  textToSpeechFallbacks: 'textToSpeech.fallbacks',
  turnDetection: 'turnTaking.detection',
  turnBufferMs: 'turnTaking.bufferMs',
  interruptionSensitivity: 'turnTaking.interruptionSensitivity',
  responseDelayMs: 'turnTaking.responseDelayMs',
  callerTurnLimitMs: 'turnTaking.callerTurnLimitMs',
} as const satisfies Partial<Record<keyof AgentSettings, string>>;

/** A stored setting by the name that people know: `topP` is `languageModel.topP`, `endPhrases, 2` is `endPhrases[2]`. */
export const settingName = (...[name, ...rest]: readonly PropertyKey[]): string => {
  const groups: Readonly<Record<PropertyKey, string>> = groupedSettings;
  const within = rest.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return [groups[name ?? ''] ?? String(name), ...within].join('');
};
