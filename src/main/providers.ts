import type { Environment } from '../config.js';
import { createOpenAiProviders } from '../providers/openai/openai-providers.js';
import { Providers } from '../providers/registry.js';
import { createSandboxProviders } from '../providers/sandbox/index.js';

/** The sandbox, which needs nothing, and each provider that has its key in the environment. */
export const createProviders = ({
  OPENAI_API_KEY,
  OPENAI_BASE_URL,
  DEFAULT_PROVIDER,
}: Environment): Providers => {
  const openai = OPENAI_API_KEY
    ? { openai: createOpenAiProviders({ apiKey: OPENAI_API_KEY, baseUrl: OPENAI_BASE_URL }) }
    : {};
  const sets = { sandbox: createSandboxProviders(), ...openai };
  return new Providers(sets, DEFAULT_PROVIDER ?? (OPENAI_API_KEY ? 'openai' : 'sandbox'));
};
