import type { InstalledProviders } from '../domain/agent/installed-providers.js';
import type { Providers } from '../providers/registry.js';

/** What agents' settings are judged by, beside themselves. */
export const installedProviders = (providers: Providers): InstalledProviders => ({
  defaultModel: (stage, provider) => providers.find(stage, provider)?.defaultModel ?? null,
});
