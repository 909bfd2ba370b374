import { Anthropic } from '@anthropic-ai/sdk';
import { HttpConnections } from '../http-connections.js';
import type { LanguageModel } from '../language-model.js';
import { AnthropicLanguageModel } from './language-model.js';

const BASE_URL = 'https://api.anthropic.com';

/** The fastest that answers without thinking first unless it's asked to, and takes a temperature. */
const LANGUAGE_MODEL = 'claude-haiku-4-5';

/** The reducer has shorter deadlines for the first word and for a stall. */
const PATIENCE_MS = 10_000;

/** What is `undefined` has its default. */
export interface AnthropicOptions {
  readonly apiKey: string;
  readonly baseUrl?: string | undefined;
  /** How long a request may get nothing before it fails. */
  readonly patienceMs?: number | undefined;
}

/** The provider named `anthropic`: language models. Connects to nothing yet. */
export const createAnthropicProviders = ({
  apiKey,
  baseUrl = BASE_URL,
  patienceMs = PATIENCE_MS,
}: AnthropicOptions): { readonly languageModel: LanguageModel } => {
  const connections = new HttpConnections();
  const client = new Anthropic({
    apiKey,
    // Of the key alone: another one in the environment isn't this installation's.
    authToken: null,
    baseURL: baseUrl,
    fetch: connections.fetch,
    maxRetries: 0, // `exchangeWith` has the second attempt
    logLevel: 'off', // its logs quote answers that it can't parse
  });
  return {
    languageModel: new AnthropicLanguageModel(client, { connections, model: LANGUAGE_MODEL, patienceMs }),
  };
};
