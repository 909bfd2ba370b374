import type { KeyObject } from 'node:crypto';
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
import type { EventStoreDbEmulator } from '../emulators/eventstoredb/emulator.js';
import { eventStoreUrlOf, shareEventStore, startEventStore } from './event-stores.js';
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
  /** Where its object store is. */
  readonly dataDir: string;
  /** The environment of another process of this platform. */
  readonly variables: Readonly<Record<string, string>>;
  /** The platform's way to its database, and to the ledger beside it. Throws where the test didn't ask for one. */
  readonly databaseLine: Pick<TcpProxy, 'cut' | 'restore'>;
  readonly admin: ApiClient;
  close(): Promise<void>;
}

export interface TestPlatformOptions {
  /** Variables of the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly providers?: Providers;
  /** Another process on the same database, which has the same `DATA_DIR`: what it has is left when it closes. */
  readonly databaseUrl?: string;
  /** Where its ledger is, whatever the run's are in; it ends with the platform. */
  readonly eventStore?: EventStoreDbEmulator;
  /** Another installation's. */
  readonly indexKey?: KeyObject;
  /** Its way to the database can be cut: each byte then goes through this process, which costs a tenth of a test's CPU. */
  readonly cuttable?: boolean;
}

export const startTestPlatform = async (options: TestPlatformOptions = {}): Promise<TestPlatform> => {
  const database = options.databaseUrl ? null : await createTestDatabase();
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const closeEventStore = database ? await startEventStore(databaseUrl, options.eventStore) : undefined;
  const dataDir = await makeTestDirectory();
  const environment = parseEnvironment({
    DATA_DIR: dataDir,
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    DRAIN_TIMEOUT_MS: '0',
    // A machine that runs tests is busy: that's no reason to refuse a test's calls.
    MAX_LOOP_LAG_MS: '0',
    MAX_CPU_PERCENT: '0',
    ...options.environment,
  });
  const logger = silentLogger;
  const secrets = { ...testSecrets, indexKey: options.indexKey ?? testIndexKey };
  const lines = options.cuttable ? await openLines(databaseUrl) : direct(databaseUrl);
  const storage = await openStorage({
    databaseUrl: lines.databaseUrl,
    eventStoreUrl: lines.eventStoreUrl,
    dataDir: '',
    secrets,
    logger,
  });
  const providers = options.providers ?? (await createProviders(environment));
  const platform = await startPlatform({
    environment,
    secrets,
    storage,
    providers,
    roles: new Set(roles),
    logger,
  }).catch(async (error: unknown) => {
    await storage.close();
    await lines.close();
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
    dataDir: environment.DATA_DIR,
    variables: variablesOf(databaseUrl, environment.DATA_DIR, secrets),
    databaseLine: lines,
    admin: client.as(login.accessToken),
    close: async () => {
      await platform.close();
      await storage.close();
      await lines.close();
      await closeEventStore?.();
      await database?.drop();
      await removeTestDirectory(dataDir);
    },
  };
};

const direct = (databaseUrl: string) => {
  const refuse = async (): Promise<void> => {
    throw new Error('This platform was not started with `cuttable`.');
  };
  return {
    databaseUrl,
    eventStoreUrl: eventStoreUrlOf(databaseUrl),
    cut: refuse,
    restore: refuse,
    close: async () => undefined,
  };
};

/** The ways to the database, and to the ledger beside it, which a test cuts together. */
const openLines = async (databaseUrl: string) => {
  const eventStoreUrl = eventStoreUrlOf(databaseUrl);
  const lineTo = async (url: string) => {
    const { hostname: host, port } = new URL(url);
    const line = await startTcpProxy({ host, port: Number(port) });
    return { line, url: line.urlOf(url) };
  };
  const database = await lineTo(databaseUrl);
  const eventStore = eventStoreUrl === undefined ? undefined : await lineTo(eventStoreUrl);
  const lines = [database.line, ...(eventStore ? [eventStore.line] : [])];
  const all = (act: (line: TcpProxy) => Promise<void>) => async (): Promise<void> => {
    await Promise.all(lines.map(act));
  };
  return {
    databaseUrl: database.url,
    eventStoreUrl: eventStore?.url,
    cut: all((line) => line.cut()),
    restore: all((line) => line.restore()),
    close: all((line) => line.close()),
  };
};

const variablesOf = (
  databaseUrl: string,
  dataDir: string,
  { masterKey, indexKey, sealKey }: Secrets,
): Record<string, string> => {
  const eventStoreUrl = eventStoreUrlOf(databaseUrl);
  return {
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    ...(eventStoreUrl === undefined ? {} : { EVENTSTORE_URL: eventStoreUrl }),
    LEDGERLINE_MASTER_KEY: masterKey.export().toString('base64'),
    LEDGERLINE_INDEX_KEY: indexKey.export().toString('base64'),
    SEAL_PRIVATE_KEY: sealKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
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
  const unshare = shareEventStore(databaseUrl, copy.url);
  return {
    url: copy.url,
    drop: async () => {
      unshare();
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
