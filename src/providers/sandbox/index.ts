import type { ProviderSet } from '../registry.js';
import { createSandboxEmbeddings } from './embeddings.js';
import { createSandboxLanguageModel } from './language-model.js';
import { createSandboxSpeechToSpeech } from './speech-to-speech.js';
import { createSandboxSpeechToText } from './speech-to-text.js';
import { createSandboxTextToSpeech } from './text-to-speech.js';

/** About those of fast cloud providers, without their spread. 0 takes no timer. */
export interface SandboxLatencies {
  readonly finalMs: number;
  readonly firstTokenMs: number;
  readonly wordMs: number;
  readonly firstByteMs: number;
}

export interface SandboxOptions {
  readonly latencies?: Partial<SandboxLatencies>;
  /** `null`: never espeak-ng, so that every machine makes the same audio at the same cost. */
  readonly espeakNg?: string | null;
}

const LATENCIES: SandboxLatencies = { finalMs: 80, firstTokenMs: 120, wordMs: 12, firstByteMs: 40 };

/** Providers without a key and without a network. They understand the simulator's callers only, and say so. */
export const createSandboxProviders = (options: SandboxOptions = {}): ProviderSet => {
  const latencies = { ...LATENCIES, ...options.latencies };
  const { espeakNg = 'espeak-ng' } = options;
  const stages = {
    speechToText: createSandboxSpeechToText(latencies),
    languageModel: createSandboxLanguageModel(latencies),
    textToSpeech: createSandboxTextToSpeech({ ...latencies, espeakNg }),
  };
  return {
    ...stages,
    speechToSpeech: createSandboxSpeechToSpeech(stages),
    embeddings: createSandboxEmbeddings(),
  };
};
