import type { Failure } from '../service.js';
import type { SpeechToSpeech, SpeechToSpeechOptions, SpeechToSpeechStream } from '../speech-to-speech.js';
import type { SpeechToTextTraits } from '../speech-to-text.js';
import { openAiError } from './failure.js';
import { RealtimeConversation } from './realtime-conversation.js';
import type { RealtimeModels } from './realtime-conversation-session.js';

/** From the stop to the words: what LiveKit measured of OpenAI's realtime transcription, as its 99th percentile. */
const FINAL_WITHIN_MS = 1_660;

export interface RealtimeSpeechToSpeechOptions {
  readonly apiKey: string;
  /** `https://…/v1`. */
  readonly baseUrl: string;
  /** Where the agent names none. */
  readonly model: string;
  readonly models: RealtimeModels;
  /** As in `RealtimeConversationOptions`. */
  readonly patienceMs: number;
}

/** OpenAI's models that hear and speak, over its realtime socket. */
export class OpenAiSpeechToSpeech implements SpeechToSpeech {
  readonly name = 'openai';
  readonly #options: RealtimeSpeechToSpeechOptions;

  constructor(options: RealtimeSpeechToSpeechOptions) {
    this.#options = options;
  }

  get defaultModel(): string {
    return this.#options.model;
  }

  /** The words are transcribed beside the model, and only once the caller has stopped. */
  traits({ decidesTurns }: Pick<SpeechToSpeechOptions, 'decidesTurns'>): SpeechToTextTraits {
    return { finalWithinMs: FINAL_WITHIN_MS, interims: false, decidesTurns };
  }

  open(options: SpeechToSpeechOptions): SpeechToSpeechStream {
    const model = options.model ?? this.defaultModel;
    const failure: Failure = (happened, details, code) =>
      openAiError({ capability: 'speechToSpeech', model }, happened, details, code);
    return new RealtimeConversation({ ...this.#options, ...options, model, failure });
  }
}
