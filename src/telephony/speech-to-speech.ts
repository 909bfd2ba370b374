import type { CallSettings } from '../domain/agent/defaults.js';
import type { Providers } from '../providers/registry.js';
import type { SpeechToSpeechChoice } from '../voice/speech-to-speech.js';
import { toolsOf } from '../voice/tools.js';
import type { ConversationSettings } from '../voice/turn-taking/state.js';

/**
 * An agent's model that hears and speaks by itself; `undefined`: it has none, or the provider isn't configured here any
 * more, and the three stages hold the call.
 */
export const speechToSpeechOf = (
  providers: Providers,
  agent: CallSettings,
): SpeechToSpeechChoice | undefined => {
  if (!agent.speechToSpeech) return undefined;
  const provider = providers.find('speechToSpeech', agent.speechToSpeech.provider);
  if (!provider) return undefined;
  const { model, voice } = agent.speechToSpeech;
  return {
    provider,
    options: {
      model,
      voice,
      speed: agent.voiceSpeed,
      tone: agent.voiceTone,
      systemPrompt: agent.systemPrompt,
      tools: toolsOf(agent),
      maxTokens: agent.languageModel.maxTokens,
      language: agent.language,
      fallbackLanguage: agent.fallbackLanguage,
      decidesTurns: agent.turnDetection === 'provider',
    },
  };
};

/**
 * A conversation's settings where a model speaks itself: it's asked first, and the language model of the three stages is its
 * fallback. No answer is prepared before the turn is over: it would be spoken.
 */
export const settingsWith = (
  settings: ConversationSettings,
  { provider: { name } }: SpeechToSpeechChoice,
): ConversationSettings => {
  const { providers, fallbacks } = settings;
  return {
    ...settings,
    speechToSpeech: true,
    speculates: false,
    providers: { ...providers, speech_to_text: name, language_model: name },
    fallbacks: {
      language_model: [providers.language_model, ...fallbacks.language_model],
      text_to_speech: fallbacks.text_to_speech,
    },
  };
};
