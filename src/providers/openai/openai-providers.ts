import { OpenAI } from 'openai';
import { HttpConnections } from '../http-connections.js';
import type { ProviderSet } from '../registry.js';
import { OpenAiEmbeddings } from './embeddings.js';
import { type LanguageModelApi, OpenAiLanguageModel } from './language-model.js';
import { OpenAiSpeechToSpeech } from './realtime-speech-to-speech.js';
import { OpenAiSpeechToText } from './speech-to-text.js';
import { OpenAiTextToSpeech } from './text-to-speech.js';

const BASE_URL = 'https://api.openai.com/v1';

/**
 * OpenAI shuts it down on 26 February 2027. Its heir at the same endpoint is `gpt-transcribe`, which works here too; how
 * fast it is nobody has published.
 */
const SPEECH_TO_TEXT_MODEL = 'gpt-4o-mini-transcribe';

/** What OpenAI's Agents SDK takes by default (August 2026), with the same effort; gpt-4o-mini and gpt-4.1-mini end on 14 January 2027. */
const LANGUAGE_MODEL = 'gpt-5.6-luna';

/**
 * OpenAI shuts it down on 6 January 2027, and its heir speaks only over the realtime socket. Compatible servers have
 * models of their own.
 */
const TEXT_TO_SPEECH_MODEL = 'gpt-4o-mini-tts';
const VOICE = 'alloy';

/** What OpenAI's guide to realtime conversations takes (November 2026). */
const SPEECH_TO_SPEECH_MODEL = 'gpt-realtime-2.1';

const EMBEDDING_MODEL = 'text-embedding-3-small';

/**
 * How long a request may get nothing, in ms, before it fails. The callers have shorter deadlines for the first word and
 * the first sound; a turn is forced 5 s after the caller stopped, and a transcript is worth nothing then.
 */
const PATIENCE_MS = {
  speechToText: 5000,
  languageModel: 10_000,
  textToSpeech: 5000,
  speechToSpeech: 5000,
  embeddings: 10_000,
} as const;

/** What is `undefined` has its default. */
export interface OpenAiOptions {
  readonly apiKey: string;
  /** Of a compatible server: `http://localhost:11434/v1`. */
  readonly baseUrl?: string | undefined;
  readonly speechToTextModel?: string | undefined;
  readonly languageModel?: string | undefined;
  readonly languageModelApi?: LanguageModelApi | undefined;
  readonly voice?: string | undefined;
  readonly embeddingModel?: string | undefined;
  /** Needed for an embedding model that isn't OpenAI's. */
  readonly embeddingDimensions?: number | undefined;
  /** Instead of every capability's own: how long a request may get nothing before it fails. */
  readonly patienceMs?: number | undefined;
}

/**
 * The providers named `openai`: OpenAI's, or those of a server that speaks its HTTP API. Connects to nothing yet. Throws
 * BAD_USER_INPUT for an unknown embedding model without dimensions.
 */
export const createOpenAiProviders = (options: OpenAiOptions): ProviderSet => {
  const connections = new HttpConnections();
  const client = new OpenAI({
    apiKey: options.apiKey,
    baseURL: options.baseUrl ?? BASE_URL,
    fetch: connections.fetch,
    maxRetries: 0, // `exchange` has the second attempt
    logLevel: 'off', // its logs quote answers that it can't parse
  });
  const patienceOf = (capability: keyof ProviderSet) => options.patienceMs ?? PATIENCE_MS[capability];
  return {
    speechToText: new OpenAiSpeechToText(client, {
      model: options.speechToTextModel ?? SPEECH_TO_TEXT_MODEL,
      patienceMs: patienceOf('speechToText'),
    }),
    languageModel: new OpenAiLanguageModel(client, {
      connections,
      model: options.languageModel ?? LANGUAGE_MODEL,
      patienceMs: patienceOf('languageModel'),
      api: options.languageModelApi ?? 'chat',
    }),
    textToSpeech: new OpenAiTextToSpeech(client, {
      connections,
      model: TEXT_TO_SPEECH_MODEL,
      voice: options.voice ?? VOICE,
      patienceMs: patienceOf('textToSpeech'),
    }),
    speechToSpeech: new OpenAiSpeechToSpeech({
      apiKey: options.apiKey,
      baseUrl: options.baseUrl ?? BASE_URL,
      model: SPEECH_TO_SPEECH_MODEL,
      models: {
        transcriptionModel: options.speechToTextModel ?? SPEECH_TO_TEXT_MODEL,
        voice: options.voice ?? VOICE,
      },
      patienceMs: patienceOf('speechToSpeech'),
    }),
    embeddings: new OpenAiEmbeddings(client, {
      model: options.embeddingModel ?? EMBEDDING_MODEL,
      dimensions: options.embeddingDimensions ?? null,
      patienceMs: patienceOf('embeddings'),
    }),
  };
};
