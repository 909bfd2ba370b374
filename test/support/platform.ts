import { ApiClient } from '../../src/client/api-client.js';
import {
  AssignPhoneNumber,
  CreateAgent,
  CreateTenant,
  Login,
  PublishAgentVersion,
} from '../../src/client/operations.js';
import { parseEnvironment } from '../../src/config.js';
import { silentLogger } from '../../src/domain/logger.js';
import { platformCommand } from '../../src/main/demo-login.js';
import { type Platform, startPlatform } from '../../src/main/platform.js';
import { createProviders } from '../../src/main/providers.js';
import { roles } from '../../src/main/roles.js';
import type { Secrets } from '../../src/main/secrets.js';
import { openStorage, type Storage } from '../../src/main/storage.js';
import type { Providers } from '../../src/providers/registry.js';
import { EventStoreDbEmulator } from '../emulators/eventstoredb/emulator.js';
import { copyTestDatabase, createTestDatabase, type TestDatabase } from './postgres/test-database.js';
import { makeTestDirectory, removeTestDirectory } from './postgres/test-directory.js';
import { testIndexKey, testMasterKey, testSealKey } from './secrets.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';

export const TWILIO_AUTH_TOKEN = '0123456789abcdef0123456789abcdef';
export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };

export const testSecrets: Secrets = {
  masterKey: testMasterKey,
  indexKey: testIndexKey,
  jwtKeys: [{ kid: 'test', secret: 'a secret of a test that is long enough' }],
  twilioAuthToken: TWILIO_AUTH_TOKEN,
  sealKey: testSealKey(),
  demoPassword: '',
};

/** A platform that is up, on a database of its own, with a superadmin who is logged in. */
export interface TestPlatform {
  readonly url: string;
  readonly storage: Storage;
  readonly platform: Platform;
  readonly databaseUrl: string;
  /** The platform's way to its database. */
  readonly databaseLine: TcpProxy;
  readonly admin: ApiClient;
  close(): Promise<void>;
}

export interface TestPlatformOptions {
  /** Variables of the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly providers?: Providers;
  /** Another process on the same database: what it has is left when it closes. */
  readonly databaseUrl?: string;
}

/** `LEDGERLINE_TEST_STORE=eventstoredb`: the platforms of the run keep their ledgers in an EventStoreDB, emulated. */
const IS_ON_EVENTSTOREDB = process.env.LEDGERLINE_TEST_STORE === 'eventstoredb';

/** By the database that a platform has beside it: another process on that database shares it. */
const eventStores = new Map<string, EventStoreDbEmulator>();

export const startTestPlatform = async (options: TestPlatformOptions = {}): Promise<TestPlatform> => {
  const database = options.databaseUrl ? null : await createTestDatabase();
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const eventStore = database && IS_ON_EVENTSTOREDB ? await EventStoreDbEmulator.start() : undefined;
  if (eventStore) eventStores.set(databaseUrl, eventStore);
  const dataDir = await makeTestDirectory();
  const environment = parseEnvironment({
    DATA_DIR: dataDir,
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    DRAIN_TIMEOUT_MS: '0',
    ...options.environment,
  });
  const logger = silentLogger;
  const { hostname, port } = new URL(databaseUrl);
  const databaseLine = await startTcpProxy({ host: hostname, port: Number(port) });
  const storage = await openStorage({
    databaseUrl: databaseLine.urlOf(databaseUrl),
    eventStoreUrl: eventStores.get(databaseUrl)?.url(),
    dataDir: '',
    secrets: testSecrets,
    logger,
  });
  const providers = options.providers ?? createProviders(environment);
  const platform = await startPlatform({
    environment,
    secrets: testSecrets,
    storage,
    providers,
    roles: new Set(roles),
    logger,
  }).catch(async (error: unknown) => {
    await storage.close();
    await databaseLine.close();
    throw error;
  });
  if (database) await registerAdmin(platform);
  const client = new ApiClient(platform.url);
  const { login } = await client.request(Login, { input: ADMIN });
  return {
    url: platform.url,
    storage,
    platform,
    databaseUrl,
    databaseLine,
    admin: client.as(login.accessToken),
    close: async () => {
      await platform.close();
      await storage.close();
      await databaseLine.close();
      if (eventStore) eventStores.delete(databaseUrl);
      await eventStore?.close();
      await database?.drop();
      await removeTestDirectory(dataDir);
    },
  };
};

const registerAdmin = ({ users }: Platform): Promise<string> =>
  users.register(
    { ...ADMIN, firstName: 'Ada', lastName: 'Min', platformRole: 'SUPERADMIN' },
    platformCommand(),
  );

/** An older backup of a platform's database, restored beside it. A ledger in EventStoreDB is the same one. */
export const restoreBackup = async ({
  databaseUrl,
}: Pick<TestPlatform, 'databaseUrl'>): Promise<TestDatabase> => {
  const copy = await copyTestDatabase(databaseUrl);
  const eventStore = eventStores.get(databaseUrl);
  if (eventStore) eventStores.set(copy.url, eventStore);
  return {
    url: copy.url,
    drop: async () => {
      eventStores.delete(copy.url);
      await copy.drop();
    },
  };
};

/** A tenant with an agent that answers its number. */
export interface TestTenant {
  readonly tenantId: string;
  readonly agentId: string;
  readonly number: string;
  /** Acts in the tenant. */
  readonly client: ApiClient;
}

let numbers = 0;

/** A number that no other test of this process has. */
export const newNumber = (): string => `+1415555${String(++numbers).padStart(4, '0')}`;

export const createTestTenant = async (
  { admin, url }: Pick<TestPlatform, 'admin' | 'url'>,
  settings: Record<string, unknown> = {},
  input: Record<string, unknown> = {},
): Promise<TestTenant> => {
  const number = newNumber();
  const { createTenant } = await admin.request(CreateTenant, { input: { name: 'Acme', ...input } });
  const tenantId = createTenant.tenant?.id ?? '';
  const { login } = await new ApiClient(url).request(Login, { input: { ...ADMIN, tenantId } });
  const client = admin.as(login.accessToken);
  const { createAgent } = await client.request(CreateAgent, { input: { name: 'Ada', settings } });
  const agentId = createAgent.agent?.id ?? '';
  await client.request(PublishAgentVersion, { input: { agentId, version: 1 } });
  await client.request(AssignPhoneNumber, { input: { phoneNumber: number, agentId } });
  return { tenantId, agentId, number, client };
};
