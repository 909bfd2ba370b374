import type { CircuitCapability } from '../domain/circuit/events.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import type { Embeddings } from './embeddings.js';
import { keyVariableOf } from './key-variables.js';
import type { LanguageModel } from './language-model.js';
import { Breakers } from './resilience/breakers.js';
import { GuardedLanguageModel } from './resilience/guarded-language-model.js';
import { GuardedSpeechToSpeech } from './resilience/guarded-speech-to-speech.js';
import { GuardedSpeechToText } from './resilience/guarded-speech-to-text.js';
import { GuardedTextToSpeech } from './resilience/guarded-text-to-speech.js';
import type { SpeechToSpeech } from './speech-to-speech.js';
import type { SpeechToText } from './speech-to-text.js';
import type { TextToSpeech } from './text-to-speech.js';

export interface ProviderSet {
  readonly speechToText: SpeechToText;
  readonly languageModel: LanguageModel;
  readonly textToSpeech: TextToSpeech;
  readonly speechToSpeech: SpeechToSpeech;
  readonly embeddings: Embeddings;
}

export type Capability = keyof ProviderSet;

/** What one provider can do: few do everything. */
export type OfferedProviders = Partial<ProviderSet>;

/** The providers that this process can use, by the name that an agent's settings give; calls' behind circuit breakers. */
export class Providers {
  readonly #sets: Readonly<Record<string, OfferedProviders>>;

  /** `sets`: those that are configured; `defaultName` is one of them, and what new agents get. */
  constructor(
    sets: Readonly<Record<string, OfferedProviders>>,
    readonly defaultName: string,
    readonly breakers = new Breakers(),
  ) {
    this.#sets = Object.fromEntries(
      Object.entries(sets).map(([name, set]) => [name, guarded(set, name, breakers)]),
    );
  }

  /** Throws `BAD_USER_INPUT` naming the provider and those that there are. */
  get<C extends Capability>(capability: C, name: string): ProviderSet[C] {
    const provider = this.find(capability, name);
    if (provider) return provider;
    const known = this.names(capability).join(', ');
    const variable = keyVariableOf(capability, name);
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `There is no provider "${name}" for ${capability} here; there is ${known}.${variable ? ` ${name} needs ${variable} in the environment.` : ''}`,
      { provider: name, capability, variable },
    );
  }

  /** `undefined`: it isn't configured here, or can't do that. */
  find<C extends Capability>(capability: C, name: string): ProviderSet[C] | undefined {
    const set = Object.hasOwn(this.#sets, name) ? this.#sets[name] : undefined;
    return set?.[capability];
  }

  /** Those that can do it, the default first. */
  names(capability: Capability): readonly string[] {
    const able = Object.keys(this.#sets).filter((name) => this.#sets[name]?.[capability] !== undefined);
    return able.sort((a, b) => Number(b === this.defaultName) - Number(a === this.defaultName));
  }
}

const guarded = (
  { speechToText, languageModel, textToSpeech, speechToSpeech, embeddings }: OfferedProviders,
  name: string,
  breakers: Breakers,
): OfferedProviders => {
  const breaker = (capability: CircuitCapability) => breakers.of(name, capability);
  return {
    ...(speechToText && {
      speechToText: new GuardedSpeechToText(speechToText, breaker('speech_to_text')),
    }),
    ...(languageModel && {
      languageModel: new GuardedLanguageModel(languageModel, breaker('language_model')),
    }),
    ...(textToSpeech && { textToSpeech: new GuardedTextToSpeech(textToSpeech, breaker('text_to_speech')) }),
    ...(speechToSpeech && {
      speechToSpeech: new GuardedSpeechToSpeech(speechToSpeech, breaker('speech_to_speech')),
    }),
    ...(embeddings && { embeddings }),
  };
};
