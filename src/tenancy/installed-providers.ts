import type { InstalledProviders } from '../domain/agent/installed-providers.js';
import type { Providers } from '../providers/registry.js';

/** What agents' settings are judged by, beside themselves. */
export const installedProviders = (providers: Providers): InstalledProviders => ({
  defaultModel: (stage, provider) => providers.find(stage, provider)?.defaultModel ?? null,
  decidesTurns: (stage, { provider, model }) => {
    const traits =
      stage === 'speechToText'
        ? providers.find(stage, provider)?.traits(model)
        : providers.find(stage, provider)?.traits({ model, decidesTurns: true });
    return traits?.decidesTurns ?? null;
  },
});
