import type { CallSettings } from '../domain/agent/defaults.js';
import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { parseStreamName } from '../domain/stream.js';
import type { LedgerRecord } from '../ledger/ledger.js';
import type { Providers } from '../providers/registry.js';
import { FixedSpeech } from '../voice/fixed-speech.js';
import type { Voice } from '../voice/speech.js';
import { openingOf } from '../voice/turn-taking/consent.js';
import { meteredVoice } from '../voice/usage/metered.js';
import type { UsageMeter } from '../voice/usage/usage-meter.js';
import type { NumberDirectory } from './number-directory.js';
import { type Choices, choicesOf, mapChoices } from './provider-choices.js';

export interface GreetingsOptions {
  readonly providers: Providers;
  readonly directory: Pick<NumberDirectory, 'version'>;
  readonly logger: Logger;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/** What was published longer ago, in an import or while this process was away, is made when its first call comes. */
const FRESH_MS = 60_000;
const PREPARED_WITHIN_MS = 20_000;
/** More are made when their first calls come. */
const MAX_WAITING = 20;

/** What a call begins with, as the conversation takes it. Nothing is said of a recording that isn't made. */
export const openingOfAgent = ({
  greeting,
  recordingEnabled,
  recordingConsent,
}: CallSettings): {
  readonly greeting: string;
  readonly recordingConsent: string;
} => ({ greeting, recordingConsent: recordingEnabled ? recordingConsent : '' });

/** The agents' voices. What they greet with is made as soon as an agent is published, so that no caller waits for it. */
export class Greetings {
  readonly #options: GreetingsOptions;
  readonly #speech = new FixedSpeech();
  #waiting = 0;
  #last = Promise.resolve();

  constructor(options: GreetingsOptions) {
    this.#options = options;
  }

  /** An agent's voice and its fallbacks, which remember what they say word for word. `meter`: of what they're asked for. */
  voicesOf(agent: CallSettings, meter: UsageMeter): Choices<Voice> {
    const greeting = openingOf(openingOfAgent(agent));
    return mapChoices(this.#choicesOf(agent), (voice) => {
      const provider = meteredVoice(voice.provider, meter);
      return this.#speech.remembering({ ...voice, provider }, greeting);
    });
  }

  /** Takes what the ledger's tail tells; an agent that was published just now is prepared in the background. */
  onEvent(event: LedgerRecord): void {
    if (event.type !== 'AgentVersionPublished' || this.#waiting >= MAX_WAITING) return;
    if (this.#options.now() - Date.parse(event.metadata.occurredAt) > FRESH_MS) return;
    const { tenantId, id } = parseStreamName(event.stream);
    this.#waiting++;
    this.#last = this.#last.then(async () => {
      await this.#prepare(tenantId, id, event.data.version);
      this.#waiting--;
    });
  }

  /** All that was published so far is prepared. */
  prepared(): Promise<void> {
    return this.#last;
  }

  async #prepare(tenantId: string, agentId: string, version: number): Promise<void> {
    const { directory, logger } = this.#options;
    try {
      const agent = await directory.version(tenantId, agentId, version);
      const [voice] = this.#choicesOf(agent);
      const opening = openingOf(openingOfAgent(agent));
      await this.#speech.warm(voice, opening, AbortSignal.timeout(PREPARED_WITHIN_MS));
    } catch (error) {
      logger.warn({ agentId, error: reasonOf(error) }, 'A greeting could not be made before the first call.');
    }
  }

  #choicesOf(agent: CallSettings): Choices<Voice> {
    const { textToSpeech, textToSpeechFallbacks, speechToSpeech, language } = agent;
    // What the platform says in a call sounds as what the model says, where they know the same voices.
    const sameVoice = (name: string) => (name === speechToSpeech?.provider ? speechToSpeech.voice : null);
    const choices = choicesOf(this.#options.providers, 'textToSpeech', textToSpeech, textToSpeechFallbacks);
    return mapChoices(choices, ({ provider, model, voice }) => ({
      provider,
      model,
      voice: voice ?? sameVoice(provider.name),
      speed: agent.voiceSpeed,
      tone: agent.voiceTone,
      voiceSettings: agent.voiceSettings,
      language,
      fallbackLanguage: agent.fallbackLanguage,
    }));
  }
}
