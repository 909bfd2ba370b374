import { DEFAULT_LANGUAGE } from '../language.js';
import type { AgentSettings } from './settings.js';

/** Settings with nothing left out. The personal texts are `null` once the tenant is erased. */
export type CompleteSettings = {
  readonly [K in keyof AgentSettings]-?: Exclude<AgentSettings[K], undefined>;
};

/** The personal settings, which erasure leaves as `null`. */
type Text = 'greeting' | 'systemPrompt' | 'recordingConsent' | 'endPhrases';

/** Settings as a call takes them: an erased text is as one that nobody wrote. */
export type CallSettings = Omit<CompleteSettings, Text> & {
  readonly [K in Text]: NonNullable<CompleteSettings[K]>;
};

type ProviderSettings = Pick<CompleteSettings, 'speechToText' | 'languageModel' | 'textToSpeech'>;

/** What a setting is where nobody said: the only place that says so. */
export const settingDefaults = {
  language: DEFAULT_LANGUAGE,
  fallbackLanguage: null,
  greeting: '',
  systemPrompt: '',
  topP: null,
  hedgeAfterMs: null,
  voiceSpeed: null,
  voiceTone: null,
  voiceSettings: {},
  speechToTextFallbacks: [],
  languageModelFallbacks: [],
  textToSpeechFallbacks: [],
  speechToSpeech: null,
  turnDetection: 'voice_activity',
  turnBufferMs: 2_000,
  interruptionSensitivity: 'medium',
  responseDelayMs: 0,
  callerTurnLimitMs: 90_000,
  endPhrases: [],
  transferTo: null,
  recordingEnabled: false,
  recordingConsent: '',
  silenceTimeoutMs: 20_000,
  maxDurationMs: 1_800_000,
} satisfies Omit<CompleteSettings, keyof ProviderSettings>;

/** A new agent's settings; `provider` is the installation's, for every stage. */
export const defaultSettings = (provider: string): CompleteSettings => ({
  ...settingDefaults,
  speechToText: { provider, model: null },
  languageModel: { provider, model: null, temperature: null, maxTokens: null },
  textToSpeech: { provider, model: null, voice: null },
});

/** A version with its defaults: one that was drafted before a setting was known doesn't have it. */
export const completeSettings = (settings: AgentSettings): CompleteSettings => {
  const missing = Object.entries(settingDefaults).filter(
    ([name]) => settings[name as keyof AgentSettings] === undefined,
  );
  return { ...settings, ...Object.fromEntries(missing) } as CompleteSettings;
};

/** A version for a call: complete, and without what was erased. */
export const callSettings = (version: AgentSettings): CallSettings => {
  const settings = completeSettings(version);
  return {
    ...settings,
    greeting: settings.greeting ?? settingDefaults.greeting,
    systemPrompt: settings.systemPrompt ?? settingDefaults.systemPrompt,
    recordingConsent: settings.recordingConsent ?? settingDefaults.recordingConsent,
    endPhrases: settings.endPhrases ?? settingDefaults.endPhrases,
  };
};
