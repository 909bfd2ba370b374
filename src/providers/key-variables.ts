import type { Capability } from './registry.js';

/** What in the environment makes a provider be here for a capability: told to whoever chooses one that isn't. */
const keyVariables: Readonly<Partial<Record<Capability, Readonly<Record<string, string>>>>> = {
  speechToText: {
    openai: 'OPENAI_API_KEY',
    deepgram: 'DEEPGRAM_API_KEY',
    google: 'GOOGLE_APPLICATION_CREDENTIALS',
    ai4bharat: 'AI4BHARAT_STT_URL',
    bhashini: 'BHASHINI_API_KEY',
  },
  languageModel: {
    openai: 'OPENAI_API_KEY',
    anthropic: 'ANTHROPIC_API_KEY',
    compatible: 'COMPATIBLE_BASE_URL',
  },
  textToSpeech: {
    openai: 'OPENAI_API_KEY',
    google: 'GOOGLE_APPLICATION_CREDENTIALS',
    elevenlabs: 'ELEVENLABS_API_KEY',
    cartesia: 'CARTESIA_API_KEY',
    ai4bharat: 'AI4BHARAT_TTS_URL',
  },
  speechToSpeech: { openai: 'OPENAI_API_KEY' },
};

/** `undefined`: it has no variable, or can't do that at all. */
export const keyVariableOf = (capability: Capability, name: string): string | undefined => {
  const variables = keyVariables[capability] ?? {};
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
};
