import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import type { ClusterPaths } from './cluster.js';
import { HOST } from './port.js';
import { isPostmasterOf, readPostmasterFile, systemIdentifier } from './postmaster.js';
import { unavailable } from './unavailable.js';

export const SUPERUSER = 'postgres';

/** The name that each user of the server is counted by. PostgreSQL drops it with its process, however that ended. */
const APPLICATION_NAME = 'ledgerline supervisor';

/** A crash recovery of `max_wal_size` on a slow disk; the wait ends early when the server does. */
const RECOVERY_PATIENCE_MS = 120_000;
const POLL_MS = 20;

/** A process's stake in a running server: one open connection, by which the others see that the server is in use. */
export interface Attachment {
  readonly client: Client;
  readonly port: number;
  /** Resolves when the connection is over, whoever ended it. */
  readonly ended: Promise<void>;
}

/** Connects to the port and makes sure that *this* cluster answers there. Throws where another, or nothing, does. */
async function connectToCluster(paths: ClusterPaths, password: string, port: number): Promise<Attachment> {
  const client = new Client({
    host: HOST,
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    ssl: false,
    application_name: APPLICATION_NAME,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
  });
  client.on('error', () => undefined); // a lost connection also ends, and that is what we listen to
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  try {
    await client.connect();
    const { rows } = await client.query<{ directory: string; identifier: string }>(
      `select current_setting('data_directory') as directory, system_identifier::text as identifier
       from pg_control_system()`,
    );
    const [server] = rows;
    // A copied cluster has the identity and the password of the original, so the place counts as well.
    const sameIdentity = server?.identifier === (await systemIdentifier(paths.pgdata));
    if (!server || !sameIdentity || (await realpath(server.directory)) !== paths.pgdata) {
      throw new Error(`port ${port} belongs to another cluster (${server?.directory})`);
    }
    return { client, port, ended };
  } catch (error) {
    await client.end().catch(() => undefined); // it never was connected
    throw error;
  }
}

/**
 * Attaches to the cluster's postmaster where one lives, waiting while it starts or recovers; undefined where none
 * does: a stale `postmaster.pid` doesn't fool it, be its pid reused or its port somebody else's. Call it under the
 * lock.
 * Throws UNAVAILABLE where a live postmaster doesn't answer for two minutes.
 */
export async function attachToLivePostmaster(
  paths: ClusterPaths,
  password: string,
): Promise<Attachment | undefined> {
  const deadlineMs = performance.now() + RECOVERY_PATIENCE_MS;
  for (;;) {
    const file = await readPostmasterFile(paths.pgdata);
    if (!file) return undefined;
    let reason: unknown = 'it is still starting or stopping';
    if (file.ready && file.port !== undefined) {
      try {
        return await connectToCluster(paths, password, file.port);
      } catch (error) {
        reason = error;
      }
    }
    const isOurs = await isPostmasterOf(file.pid, paths.pgdata);
    if (isOurs && isWrongPassword(reason)) {
      throw unavailable(
        `its server refuses the password in ${join(paths.own, 'password')}: bring the right one back`,
      );
    }
    if (!isOurs) return undefined;
    if (performance.now() > deadlineMs) {
      throw unavailable(
        `its server (pid ${file.pid}) takes no connection (${String(reason)}); see ${paths.logFile}`,
        {
          pid: file.pid,
          logFile: paths.logFile,
        },
      );
    }
    await sleep(POLL_MS);
  }
}

/** SQLSTATE class 28: invalid authorization. */
const isWrongPassword = (reason: unknown) =>
  reason instanceof DatabaseError && reason.code?.startsWith('28') === true;

/**
 * How many other users (processes, or other attachments in ours) the server has. Throws where the connection is
 * lost.
 */
export async function countOtherUsers({ client }: Attachment): Promise<number> {
  const { rows } = await client.query<{ others: number }>(
    'select count(*)::int as others from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()',
    [APPLICATION_NAME],
  );
  return rows[0]?.others ?? 0;
}
