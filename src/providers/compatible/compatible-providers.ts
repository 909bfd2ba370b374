import { OpenAI } from 'openai';
import { HttpConnections } from '../http-connections.js';
import type { LanguageModel } from '../language-model.js';
import { OpenAiLanguageModel } from '../openai/language-model.js';

/** The reducer has shorter deadlines for the first word and for a stall. */
const PATIENCE_MS = 10_000;

/** Servers of one's own often want no key, and the client wants one. */
const NO_KEY = 'none';

export interface CompatibleOptions {
  /** `http://localhost:11434/v1`. */
  readonly baseUrl: string;
  /** `undefined`: it wants none. */
  readonly apiKey?: string | undefined;
  /** Where an agent names none. */
  readonly model: string;
  /** Models whose thoughts the server doesn't take out, and whose prompt has the tag that begins them; absent: none. */
  readonly thinkingModels?: readonly string[] | undefined;
  /** How long a request may get nothing before it fails. */
  readonly patienceMs?: number | undefined;
}

/**
 * The provider named `compatible`: a language model on any server that speaks OpenAI's chat completions (vLLM, Ollama,
 * LM Studio …), beside OpenAI itself. Connects to nothing yet.
 */
export const createCompatibleProviders = ({
  baseUrl,
  apiKey = NO_KEY,
  model,
  thinkingModels,
  patienceMs = PATIENCE_MS,
}: CompatibleOptions): { readonly languageModel: LanguageModel } => {
  const connections = new HttpConnections();
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl,
    fetch: connections.fetch,
    // OpenAI's own, which its client would take from the environment.
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
  });
  const server = {
    provider: 'compatible',
    whose: "The compatible server's",
    keyVariable: 'COMPATIBLE_API_KEY',
    urlVariable: 'COMPATIBLE_BASE_URL',
  };
  return {
    languageModel: new OpenAiLanguageModel(client, {
      connections,
      model,
      thinkingModels,
      patienceMs,
      api: 'chat',
      server,
    }),
  };
};
