import { AppError, ErrorCode } from '../domain/errors.js';
import type { Embeddings } from './embeddings.js';
import type { LanguageModel } from './language-model.js';
import type { SpeechToText } from './speech-to-text.js';
import type { TextToSpeech } from './text-to-speech.js';

export interface ProviderSet {
  readonly speechToText: SpeechToText;
  readonly languageModel: LanguageModel;
  readonly textToSpeech: TextToSpeech;
  readonly embeddings: Embeddings;
}

export type Capability = keyof ProviderSet;

/** The providers that this process can use, by the name that an agent's settings give. */
export class Providers {
  readonly #sets: Readonly<Record<string, ProviderSet>>;

  /** `sets`: those that are configured; `defaultName` is one of them, and what new agents get. */
  constructor(
    sets: Readonly<Record<string, ProviderSet>>,
    readonly defaultName: string,
  ) {
    this.#sets = sets;
  }

  /** Throws `BAD_USER_INPUT` naming the provider and those that there are. */
  get<C extends Capability>(capability: C, name: string): ProviderSet[C] {
    const set = Object.hasOwn(this.#sets, name) ? this.#sets[name] : undefined;
    if (set) return set[capability];
    const known = Object.keys(this.#sets).join(', ');
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `There is no provider "${name}" here; there is ${known}. A provider needs its key in the environment.`,
      { provider: name, capability },
    );
  }
}
