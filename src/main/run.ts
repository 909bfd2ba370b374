import type { Providers } from '../providers/registry.js';
import type { Installation } from './installation.js';
import { type Platform, startPlatform } from './platform.js';
import { createProviders } from './providers.js';
import { roles as allRoles, type Role } from './roles.js';
import type { Storage } from './storage.js';

export interface Running {
  readonly platform: Platform;
  readonly storage: Storage;
  readonly providers: Providers;
  close(): Promise<void>;
}

/** Opens the storage and starts the platform on it. */
export const run = async (
  { environment, secrets, logger, openStorage: open }: Installation,
  roles: ReadonlySet<Role> = new Set(allRoles),
): Promise<Running> => {
  const storage = await open();
  try {
    const providers = await createProviders(environment);
    const platform = await startPlatform({ environment, secrets, storage, providers, roles, logger });
    return {
      platform,
      storage,
      providers,
      close: async () => {
        await platform.close();
        await storage.close();
      },
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
};
