import type pg from 'pg';
import { projections } from '../../projections/index.js';
import { prepareProjections } from '../../projections/runtime/prepare.js';
import { ReadDatabase } from '../../projections/runtime/read-database.js';
import type { ReadModels } from '../../projections/views.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded/embedded-postgres.js';
import { prepareDatabase } from '../database/prepare.js';
import { type DatabaseLogin, loginConfig } from '../database/roles.js';
import { eventDefinitions } from '../domain/events.js';
import type { Logger } from '../domain/logger.js';
import { Codec } from '../ledger/codec/codec.js';
import type { EventStore } from '../ledger/event-store.js';
import { parseConnectionString } from '../ledger/eventstoredb/connection-string.js';
import { KeyRing } from '../ledger/keys/key-ring.js';
import { Ledger } from '../ledger/ledger.js';
import { PostgresEventStore } from '../ledger/postgres/postgres-event-store.js';
import { PostgresKeyStore } from '../ledger/postgres/postgres-key-store.js';
import type { Secrets } from './secrets.js';

/** The ledger, its keys and the read models, on one PostgreSQL; or the ledger in EventStoreDB beside it. */
export interface Storage {
  readonly ledger: Ledger;
  readonly readModels: ReadModels;
  /** Whose server it is, for people. */
  readonly description: string;
  connection(login: DatabaseLogin): pg.ClientConfig;
  close(): Promise<void>;
}

export interface StorageOptions {
  /** `undefined`: the embedded server, in the data directory. */
  readonly databaseUrl: string | undefined;
  /** Where the ledger is; `undefined`: in PostgreSQL. */
  readonly eventStoreUrl?: string | undefined;
  readonly dataDir: string;
  readonly secrets: Pick<Secrets, 'masterKey' | 'indexKey'>;
  readonly logger: Logger;
  /** Refuses a database without a ledger, in place of making one. */
  readonly mustExist?: boolean;
}

/** Starts the embedded server where no other is given, prepares the database, and opens it. */
export const openStorage = async ({
  databaseUrl,
  eventStoreUrl,
  dataDir,
  secrets,
  logger,
  mustExist = false,
}: StorageOptions): Promise<Storage> => {
  const embedded = databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir, logger }) : null;
  let storage: Storage | undefined;
  try {
    const adminUrl = databaseUrl ?? (embedded as EmbeddedPostgres).superuserUrl();
    const { masterKey, indexKey } = secrets;
    await prepareDatabase({ adminUrl, masterKey, indexKey, mustExist });
    storage = await open(adminUrl, eventStoreUrl, secrets, embedded);
    const connection = storage.connection('projector');
    await prepareProjections({ ledger: storage.ledger, connection, projections, logger });
    return storage;
  } catch (error) {
    await (storage ?? { close: () => embedded?.stop() }).close();
    throw error;
  }
};

const open = async (
  adminUrl: string,
  eventStoreUrl: string | undefined,
  { masterKey }: Pick<Secrets, 'masterKey'>,
  embedded: EmbeddedPostgres | null,
): Promise<Storage> => {
  const connection = (login: DatabaseLogin) => loginConfig(adminUrl, masterKey, login);
  const keyStore = new PostgresKeyStore(connection('ledger'));
  const keys = new KeyRing(keyStore, masterKey);
  const store =
    eventStoreUrl === undefined
      ? new PostgresEventStore(connection('ledger'))
      : await openEventStoreDb(eventStoreUrl);
  const readModels: ReadModels = new ReadDatabase(
    { api: connection('api'), operator: connection('operator') },
    projections,
  );
  const server = embedded
    ? `embedded PostgreSQL on port ${embedded.port}`
    : `PostgreSQL at ${new URL(adminUrl).host}`;
  return {
    ledger: new Ledger(store, new Codec(eventDefinitions, keys), keys),
    readModels,
    description:
      eventStoreUrl === undefined
        ? server
        : `${server}, its ledger in EventStoreDB at ${parseConnectionString(eventStoreUrl).hosts}`,
    connection,
    close: async () => {
      await store.close();
      await keyStore.close();
      await readModels.close();
      await embedded?.stop();
    },
  };
};

/** Loaded only where it's used: its client takes as long as all the rest of a command. */
const openEventStoreDb = async (url: string): Promise<EventStore> => {
  const { EventStoreDbEventStore } = await import('../ledger/eventstoredb/eventstoredb-event-store.js');
  return new EventStoreDbEventStore(url);
};
