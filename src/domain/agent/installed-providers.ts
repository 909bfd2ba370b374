import type { AgentSettings } from './settings.js';

/** The stages of a call that a provider is chosen for. */
export type ChosenStage = keyof Pick<
  AgentSettings,
  'speechToText' | 'languageModel' | 'textToSpeech' | 'speechToSpeech'
>;

/** What is known of the providers that are configured in this installation. */
export interface InstalledProviders {
  /** What a choice without a model gets; `null`: the provider isn't here, or its model has no name. */
  defaultModel(stage: ChosenStage, provider: string): string | null;
}
