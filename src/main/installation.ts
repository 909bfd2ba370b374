import { resolve } from 'node:path';
import { type Environment, parseEnvironment } from '../config.js';
import { hasCluster } from '../database/embedded/cluster.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { createLogger } from './logging.js';
import { type KnownSecrets, knownSecrets, loadSecrets, type Secrets } from './secrets.js';
import type { Storage, StorageOptions } from './storage.js';

/** What every command begins with that may begin a new installation. */
export interface Installation {
  readonly environment: Environment;
  readonly secrets: Secrets;
  readonly logger: Logger;
  openStorage(): Promise<Storage>;
}

/** What the others begin with: those that look at what is there, or mend it. */
export type KnownInstallation = Omit<Installation, 'secrets'>;

type Variables = Readonly<Record<string, string | undefined>>;

/** Makes the secrets that aren't there, and `openStorage` the database and the ledger. */
export const openInstallation = async (variables: Variables): Promise<Installation> => {
  const environment = parseEnvironment(variables);
  const secrets = await loadSecrets(environment);
  const logger = await createLogger(environment);
  return { environment, secrets, logger, openStorage: () => open(environment, { secrets, logger }) };
};

/** Makes nothing. Throws `BAD_USER_INPUT` where there is no installation, and so does `openStorage` where there's no ledger. */
export const findInstallation = async (variables: Variables): Promise<KnownInstallation> => {
  const environment = parseEnvironment(variables);
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir } = environment;
  const known = await knownSecrets(environment);
  if (databaseUrl === undefined && !(await hasCluster(dataDir))) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `There is no installation in ${resolve(dataDir)}: set DATA_DIR to its directory, or DATABASE_URL to its database; "ledgerline serve" starts a new one.`,
    );
  }
  const secrets = ledgerKeys(known, dataDir);
  const logger = await createLogger(environment);
  return {
    environment,
    logger,
    openStorage: () => open(environment, { secrets, logger, mustExist: true }),
  };
};

const ledgerKeys = (
  { masterKey, indexKey }: KnownSecrets,
  dataDir: string,
): Pick<Secrets, 'masterKey' | 'indexKey'> => {
  if (masterKey && indexKey) return { masterKey, indexKey };
  const missing = [
    ...(masterKey ? [] : ['LEDGERLINE_MASTER_KEY']),
    ...(indexKey ? [] : ['LEDGERLINE_INDEX_KEY']),
  ].join(' or ');
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `${resolve(dataDir)} has no secrets.json, and no ${missing} is set: give what the database was made with.`,
  );
};

const open = async (
  { DATABASE_URL: databaseUrl, EVENTSTORE_URL: eventStoreUrl, DATA_DIR: dataDir }: Environment,
  options: Pick<StorageOptions, 'secrets' | 'logger' | 'mustExist'>,
): Promise<Storage> => {
  // Half of a command's time: what is refused before, or needs no ledger, doesn't wait for it.
  const { openStorage } = await import('./storage.js');
  return openStorage({ databaseUrl, eventStoreUrl, dataDir, ...options });
};
