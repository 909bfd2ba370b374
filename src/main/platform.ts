import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { projections } from '../../projections/index.js';
import { ProjectionRunner } from '../../projections/runtime/runner.js';
import { listTenantIdsOf } from '../../projections/tenants/queries.js';
import type { Environment } from '../config.js';
import { messageOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { IdempotencyStore } from '../graphql/idempotency.js';
import { buildApiSchema } from '../graphql/schema.js';
import { registerGraphql } from '../graphql/server.js';
import { SubscriptionServer } from '../graphql/subscription-server.js';
import { AccessTokens } from '../identity/tokens.js';
import { Users } from '../identity/users.js';
import { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import { LedgerTail } from '../ledger/tail.js';
import { LiveChannel } from '../live/live-channel.js';
import type { Providers } from '../providers/registry.js';
import { Heartbeat } from '../telephony/heartbeat.js';
import { Orphans } from '../telephony/orphans.js';
import { LiveCalls } from '../voice/live-calls.js';
import { healthRoutes } from './health.js';
import { createHttpServer } from './http-server.js';
import { publicAddress } from './public-address.js';
import type { Role } from './roles.js';
import type { Secrets } from './secrets.js';
import type { Storage } from './storage.js';
import { Telephone } from './telephone.js';
import { version } from './version.js';

export interface PlatformOptions {
  readonly environment: Environment;
  readonly secrets: Secrets;
  readonly storage: Storage;
  readonly providers: Providers;
  readonly roles: ReadonlySet<Role>;
  readonly logger: Logger;
}

/** A running platform. */
export interface Platform {
  /** Where it listens, on this machine. */
  readonly url: string;
  readonly publicUrl: string;
  readonly users: Users;
  /** How many calls it carries now. */
  readonly calls: number;
  /** Takes no new call, waits for those under way, hands over the rest, and stops. The storage stays open. */
  close(): Promise<void>;
}

/** Starts every part that the roles name, on storage that is open. */
export const startPlatform = async (options: PlatformOptions): Promise<Platform> => {
  const { environment, secrets, storage, providers, roles, logger } = options;
  const { ledger, readModels } = storage;
  const worker = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const drain = new Drain();

  const tail = new LedgerTail(ledger, logger);
  await tail.start();
  const live = new LiveChannel(storage.connection('api'), worker);
  const calls = new LiveCalls({
    ledger,
    tail,
    worker,
    newWriter: () => `${worker}:${randomBytes(6).toString('hex')}`,
    now: Date.now,
  });
  const pseudonyms = new Pseudonyms(secrets.indexKey);
  const tokens = new AccessTokens(secrets.jwtKeys, environment.AUTH_ACCESS_TTL);
  const tenantsOf = (userId: string) => listTenantIdsOf(readModels.forOperator(), userId);
  const users = new Users({ ledger, pseudonyms, tokens, tenantsOf });
  const idempotency = new IdempotencyStore(storage.connection('api'));

  const server = await createHttpServer({ corsOrigins: environment.CORS_ORIGINS }, logger);
  const address = publicAddress(environment, () => (server.server.address() as AddressInfo).port);
  await server.register(
    healthRoutes({ version, startedAtMs: Date.now(), ledger, calls, isDraining: () => drain.isOn }),
  );

  const telephone = new Telephone({
    storage,
    secrets,
    pseudonyms,
    calls,
    live,
    providers,
    address,
    logger,
    unknownNumberSentence: environment.UNKNOWN_NUMBER_SENTENCE,
    isDraining: () => drain.isOn,
  });
  if (roles.has('telephony')) await telephone.register(server);

  const graphql = {
    schema: buildApiSchema(),
    services: {
      ledger,
      tail,
      live,
      readModels,
      users,
      tenancy: { ledger, pseudonyms, providers },
      idempotency,
      logger,
    },
    tokens,
    introspection: environment.NODE_ENV !== 'production',
  };
  const subscriptions = new SubscriptionServer({ ...graphql, allowedOrigins: environment.CORS_ORIGINS });
  if (roles.has('api')) await registerGraphql(server, graphql);
  routeUpgrades(server, {
    '/media/': roles.has('media') ? (...upgrade) => telephone.handleUpgrade(...upgrade) : undefined,
    '/graphql': roles.has('api') ? (...upgrade) => subscriptions.handle(...upgrade) : undefined,
  });

  const runner = new ProjectionRunner({
    ledger,
    connection: storage.connection('projector'),
    projections,
    logger,
  });
  const orphans = new Orphans({ ledger, readModels, worker, logger, now: Date.now });
  const heartbeat = new Heartbeat(storage.connection('ledger'), worker, logger);
  await heartbeat.start();
  if (roles.has('projector')) runner.start();
  if (roles.has('reactor')) orphans.start();
  await server.listen({ host: environment.HOST, port: environment.PORT });

  return {
    url: `http://localhost:${(server.server.address() as AddressInfo).port}`,
    publicUrl: address.publicUrl,
    users,
    get calls() {
      return calls.sessions.length;
    },
    close: async () => {
      drain.isOn = true;
      await drain.wait(calls, environment.DRAIN_TIMEOUT_MS, logger);
      await Promise.all(calls.sessions.map((session) => session.handOver()));
      await calls.flushed();
      await subscriptions.close();
      await server.close();
      await orphans.stop();
      await runner.stop();
      await tail.stop();
      await heartbeat.stop();
      await telephone.close();
      await live.close();
      await idempotency.close();
    },
  };
};

/** No new work, while what is under way goes on. */
class Drain {
  isOn = false;

  async wait(calls: LiveCalls, timeoutMs: number, logger: Logger): Promise<void> {
    const startedAtMs = performance.now();
    if (calls.sessions.length > 0)
      logger.info({ calls: calls.sessions.length }, 'Waiting for the calls under way.');
    while (calls.sessions.length > 0 && performance.now() - startedAtMs < timeoutMs) await sleep(100);
  }
}

type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Sockets by the beginning of their path. */
const routeUpgrades = (
  { server }: FastifyInstance,
  handlers: Readonly<Record<string, UpgradeHandler | undefined>>,
): void => {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A socket that breaks before it's taken would end the process.
    socket.on('error', (error) =>
      socket.destroy(error instanceof Error ? undefined : new Error(messageOf(error))),
    );
    const path = Object.keys(handlers).find((prefix) => request.url?.startsWith(prefix));
    const handler = path === undefined ? undefined : handlers[path];
    if (handler) return handler(request, socket, head);
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
  });
};
