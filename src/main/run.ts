import type { Environment } from '../config.js';
import { parseEnvironment } from '../config.js';
import type { Logger } from '../domain/logger.js';
import { createLogger } from './logging.js';
import { type Platform, startPlatform } from './platform.js';
import { createProviders } from './providers.js';
import { roles as allRoles, type Role } from './roles.js';
import { loadSecrets, type Secrets } from './secrets.js';
import { openStorage, type Storage } from './storage.js';

/** What every command begins with. */
export interface Installation {
  readonly environment: Environment;
  readonly secrets: Secrets;
  readonly logger: Logger;
  openStorage(): Promise<Storage>;
}

export const openInstallation = async (
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Installation> => {
  const environment = parseEnvironment(variables);
  const secrets = await loadSecrets(environment);
  const logger = createLogger(environment);
  const { DATABASE_URL: databaseUrl, EVENTSTORE_URL: eventStoreUrl, DATA_DIR: dataDir } = environment;
  return {
    environment,
    secrets,
    logger,
    openStorage: () => openStorage({ databaseUrl, eventStoreUrl, dataDir, secrets, logger }),
  };
};

export interface Running {
  readonly platform: Platform;
  readonly storage: Storage;
  close(): Promise<void>;
}

/** Opens the storage and starts the platform on it. */
export const run = async (
  { environment, secrets, logger, openStorage: open }: Installation,
  roles: ReadonlySet<Role> = new Set(allRoles),
): Promise<Running> => {
  const storage = await open();
  try {
    const providers = createProviders(environment);
    const platform = await startPlatform({ environment, secrets, storage, providers, roles, logger });
    return {
      platform,
      storage,
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
