import type { AgentSettings } from './settings.js';

/** The stages of a call that a provider is chosen for. */
export type ChosenStage = keyof Pick<
  AgentSettings,
  'speechToText' | 'languageModel' | 'textToSpeech' | 'speechToSpeech'
>;

export type ListeningStage = Extract<ChosenStage, 'speechToText' | 'speechToSpeech'>;
type ListenerChoice = AgentSettings['speechToText'];

/** What is known of the providers that are configured in this installation. */
export interface InstalledProviders {
  /** What a choice without a model gets; `null`: the provider isn't here, or its model has no name. */
  defaultModel(stage: ChosenStage, provider: string): string | null;
  /** Whether who hears the caller decides itself when a turn is over, if it's to; `null`: the provider isn't here. */
  decidesTurns(stage: ListeningStage, choice: ListenerChoice): boolean | null;
}
