import { loginConfig } from '../../src/database/roles.js';
import { eventDefinitions } from '../../src/domain/events.js';
import { Codec } from '../../src/ledger/codec/codec.js';
import { EventStoreDbEventStore } from '../../src/ledger/eventstoredb/eventstoredb-event-store.js';
import { KeyRing } from '../../src/ledger/keys/key-ring.js';
import { type CommandContext, Ledger } from '../../src/ledger/ledger.js';
import { PostgresEventStore } from '../../src/ledger/postgres/postgres-event-store.js';
import { PostgresKeyStore } from '../../src/ledger/postgres/postgres-key-store.js';
import { eventStoreUrlOf } from './event-stores.js';
import { createTestDatabase } from './postgres/test-database.js';
import { testMasterKey } from './secrets.js';

export interface TestLedger {
  readonly url: string;
  readonly ledger: Ledger;
  close(): Promise<void>;
}

/** A ledger on the database at `url`, as a process of the platform has it. */
export const openLedger = (url: string): { ledger: Ledger; close(): Promise<void> } => {
  const connection = loginConfig(url, testMasterKey, 'ledger');
  const keyStore = new PostgresKeyStore(connection);
  const keys = new KeyRing(keyStore, testMasterKey);
  const eventStoreUrl = eventStoreUrlOf(url);
  const store =
    eventStoreUrl === undefined
      ? new PostgresEventStore(connection)
      : new EventStoreDbEventStore(eventStoreUrl);
  const ledger = new Ledger(store, new Codec(eventDefinitions, keys), keys);
  return {
    ledger,
    close: async () => {
      await ledger.store.close();
      await keyStore.close();
    },
  };
};

/** A ledger on a database of its own. */
export const startTestLedger = async (): Promise<TestLedger> => {
  const database = await createTestDatabase();
  const { ledger, close } = openLedger(database.url);
  return {
    url: database.url,
    ledger,
    close: async () => {
      await close();
      await database.drop();
    },
  };
};

/** What a test appends with, where it doesn't matter. */
export const testContext = (commandId: string): CommandContext => ({
  commandId,
  correlationId: commandId,
  actor: { type: 'platform', id: 'test' },
  occurredAt: '2026-11-21T12:00:00.000Z',
});
