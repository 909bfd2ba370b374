import { type Environment, parseEnvironment } from '../config.js';
import type { Logger } from '../domain/logger.js';
import { createLogger } from './logging.js';
import { loadSecrets, type Secrets } from './secrets.js';
import type { Storage } from './storage.js';

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
  const logger = await createLogger(environment);
  const { DATABASE_URL: databaseUrl, EVENTSTORE_URL: eventStoreUrl, DATA_DIR: dataDir } = environment;
  return {
    environment,
    secrets,
    logger,
    openStorage: async () => {
      // Half of a command's time: what is refused before, or needs no ledger, doesn't wait for it.
      const { openStorage } = await import('./storage.js');
      return openStorage({ databaseUrl, eventStoreUrl, dataDir, secrets, logger });
    },
  };
};
