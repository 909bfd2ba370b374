import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Environment } from '../config.js';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import type { RecordingLinks } from '../graphql/recording-links.js';
import { apiSchema } from '../graphql/schema.js';
import { registerGraphql } from '../graphql/server.js';
import { SubscriptionServer } from '../graphql/subscription-server.js';
import { LinkTokens } from '../identity/link-tokens.js';
import type { PublicAddress } from '../telephony/signature.js';
import { DataExports } from '../tenancy/export/data-exports.js';
import { DownloadTokens } from '../tenancy/export/download-tokens.js';
import { StoredRecordings } from '../voice/recording/stored-recordings.js';
import type { Drain } from './drain.js';
import { addExportDownloads } from './export-downloads.js';
import { addHealthRoutes } from './health.js';
import { createHttpServer, named } from './http-server.js';
import { knowledgeUploads } from './knowledge-uploads.js';
import { addMetricsRoutes } from './metrics/routes.js';
import type { Parts } from './parts.js';
import type { PlatformOptions } from './platform.js';
import { publicAddress } from './public-address.js';
import { RecordingDownloads } from './recording-downloads.js';
import { derivedKey } from './secrets.js';
import { Telephone } from './telephone.js';
import { version } from './version.js';

interface Built {
  readonly server: FastifyInstance;
  readonly port: () => number;
  readonly telephone: Telephone;
  readonly subscriptions: SubscriptionServer;
  readonly address: PublicAddress;
}

/** The HTTP server with everything that is reached through it, on one port. */
export class Doors {
  readonly address: PublicAddress;
  readonly #server: FastifyInstance;
  readonly #port: () => number;
  readonly #telephone: Telephone;
  readonly #subscriptions: SubscriptionServer;

  private constructor({ server, port, telephone, subscriptions, address }: Built) {
    this.address = address;
    this.#server = server;
    this.#port = port;
    this.#telephone = telephone;
    this.#subscriptions = subscriptions;
  }

  /** Nobody comes in before `open`. */
  static async build(options: PlatformOptions, parts: Parts, drain: Drain): Promise<Doors> {
    const { environment, storage, roles, logger } = options;
    const isDraining = () => drain.isOn;
    const server = await createHttpServer({ corsOrigins: environment.CORS_ORIGINS }, logger);
    const port = portOf(server);
    const address = publicAddress(environment, port);
    const { ledger } = storage;
    const { calls, admission, credentials, idempotency, knowledge } = parts;
    const startedAtMs = Date.now();
    addHealthRoutes(server, { version, startedAtMs, ledger, calls, admission, isDraining });
    addMetricsRoutes(server, { metrics: parts.metrics, token: environment.METRICS_TOKEN });
    const telephone = new Telephone({
      ...options,
      ...parts,
      retrievers: parts.knowledge.retrievers,
      address,
      isDraining,
    });
    if (roles.has('telephony')) await telephone.register(server);
    const exports = dataExports(options, parts, address);
    const recordings = recordingDownloads(options, parts, address);
    const graphql = graphqlOptions(options, parts, exports, recordings);
    const subscriptions = new SubscriptionServer({ ...graphql, allowedOrigins: environment.CORS_ORIGINS });
    if (roles.has('api')) {
      await registerGraphql(server, graphql);
      addExportDownloads(server, exports);
      recordings.addRoutes(server);
      const uploads = knowledgeUploads({ ledger, credentials, idempotency, documents: knowledge.documents });
      await server.register(named('uploads', uploads));
    }
    routeUpgrades(server, {
      '/media/': roles.has('media') ? (...upgrade) => telephone.handleUpgrade(...upgrade) : undefined,
      '/graphql': roles.has('api') ? (...upgrade) => subscriptions.handle(...upgrade) : undefined,
    });
    return new Doors({ server, port, telephone, subscriptions, address });
  }

  /** On this machine. */
  get url(): string {
    return `http://localhost:${this.#port()}`;
  }

  /** Throws `UNAVAILABLE` where it can't listen. */
  async open({ HOST, PORT }: Pick<Environment, 'HOST' | 'PORT'>): Promise<void> {
    try {
      await this.#server.listen({ host: HOST, port: PORT });
    } catch (cause) {
      throw new AppError(
        ErrorCode.UNAVAILABLE,
        `The platform can't listen at HOST ${HOST}, PORT ${PORT} (${messageOf(cause)}): set them to what is free here.`,
        {},
        { cause },
      );
    }
    this.#telephone.start();
  }

  async close(): Promise<void> {
    await this.#subscriptions.close();
    await this.#server.close();
    await this.#telephone.close();
  }
}

/** Requests under way need it when the server has closed already, and knows it no more. */
const portOf = ({ server }: FastifyInstance) => {
  let port: number | undefined;
  server.once('listening', () => {
    port = (server.address() as AddressInfo).port;
  });
  return (): number => {
    if (port === undefined) throw new Error('The server has no port before it listens.');
    return port;
  };
};

const dataExports = ({ storage, secrets }: PlatformOptions, { objects }: Parts, address: PublicAddress) => {
  const tokens = new DownloadTokens(derivedKey(secrets.masterKey, 'export downloads'), Date.now);
  const { ledger } = storage;
  return new DataExports({ ledger, objects, tokens, publicUrl: () => address.publicUrl });
};

const recordingDownloads = (
  { storage, secrets }: PlatformOptions,
  { objects }: Parts,
  address: PublicAddress,
) => {
  const key = derivedKey(secrets.masterKey, 'recording downloads');
  return new RecordingDownloads({
    recordings: new StoredRecordings({ ledger: storage.ledger, objects }),
    tokens: new LinkTokens({ key, kind: 'recording', now: Date.now }),
    publicUrl: () => address.publicUrl,
  });
};

const graphqlOptions = (
  { environment, storage, providers, logger }: PlatformOptions,
  parts: Parts,
  exports: DataExports,
  recordings: RecordingLinks,
) => {
  const { ledger, readModels } = storage;
  const { tail, live, projections, users, idempotency, providerHealth } = parts;
  const { pseudonyms, credentials, erasureCopies: copies } = parts;
  const reachesCarrier = parts.rest !== null;
  const tenancy = { ledger, pseudonyms, providers, copies, reachesCarrier };
  return {
    schema: apiSchema(),
    services: {
      ledger,
      tail,
      live,
      readModels,
      projections,
      users,
      tenancy,
      exports,
      documents: parts.knowledge.documents,
      knowledge: parts.knowledge.base,
      recordings,
      idempotency,
      providerHealth,
      logger,
    },
    credentials,
    introspection: environment.NODE_ENV !== 'production',
  };
};

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
