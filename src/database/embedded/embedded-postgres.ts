import { resolve } from 'node:path';
import { isAppError, messageOf } from '../../domain/errors.js';
import { type Logger, silentLogger } from '../../domain/logger.js';
import { type Attachment, attachToLivePostmaster, countOtherUsers, SUPERUSER } from './attachment.js';
import { withDataDirLock } from './data-dir-lock.js';
import { makeDirectory } from './files.js';
import { HOST } from './port.js';
import { readPostmasterFile, signalPostmaster, waitUntilGone } from './postmaster.js';
import { attachOrStart, type StartedServer, type StartOptions } from './start.js';
import { supervise } from './supervise.js';
import { unavailable } from './unavailable.js';

export interface EmbeddedPostgresOptions {
  /** A directory on a local disk; it is made where it isn't there. The cluster is in `<dataDir>/postgres`. */
  readonly dataDir: string;
  readonly logger?: Logger;
  /** Off only for data that nobody misses after a power cut (tests). It counts when this call starts the server. */
  readonly fsync?: boolean;
}

/** A running PostgreSQL of ours, and our stake in it. */
export interface EmbeddedPostgres {
  /** Always the loopback address. */
  readonly host: string;
  /** The same until `stop`, and at the next start too where it is still free then. */
  readonly port: number;
  /**
   * How to connect as the superuser, who is for setting up roles and databases only. It holds the password: don't
   * log it.
   */
  superuserUrl(database?: string): string;
  /**
   * Gives up our stake; the last process that has one stops the server (its sessions are ended, a checkpoint is
   * written) and waits for its end, 60 s at most. Call it after the drain. More calls do nothing.
   */
  stop(): Promise<void>;
}

const STOP_PATIENCE_MS = 60_000;

/**
 * Gives us the PostgreSQL server of a data directory: attaches to it where it runs (another process started it, or
 * we did before a `kill -9`), else starts it, else makes the cluster first. The server is a process of its own that
 * outlives us when we are killed; when *it* is killed while we live, it is brought back on the same port. Any number
 * of processes of one machine may call this at the same time.
 *
 * Throws UNAVAILABLE with one sentence that says why it can't be had and what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const startedMs = performance.now();
  const { logger = silentLogger, fsync = true } = options;
  const dataDir = resolve(options.dataDir);
  const server = await open({ dataDir, fsync, logger });
  const { port } = server.attachment;
  const tookMs = Math.round(performance.now() - startedMs);
  // Attaching takes milliseconds and changes nothing: a command would only bury its answer under it.
  logger[server.how === 'attached' ? 'debug' : 'info'](
    {},
    `Embedded PostgreSQL ${server.how} at ${HOST}:${port} in ${tookMs} ms (${server.paths.pgdata})`,
  );

  const reattach = async () => {
    const { attachment } = await open({ dataDir, fsync, logger, again: { port } });
    if (attachment.port === port) return attachment;
    await attachment.client.end();
    throw unavailable(
      `it was restarted at port ${attachment.port}, and this process works with ${port}: restart this process`,
    );
  };
  const supervision = supervise(server.attachment, reattach, logger);
  const stop = async () => {
    const stake = await supervision.release();
    await withDataDirLock(dataDir, () => leave(server, stake, logger));
  };
  let stopping: Promise<void> | undefined;
  return {
    host: HOST,
    port,
    superuserUrl: (database = 'postgres') =>
      `postgres://${SUPERUSER}:${server.password}@${HOST}:${port}/${encodeURIComponent(database)}`,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

async function open(options: StartOptions): Promise<StartedServer> {
  const { dataDir } = options;
  try {
    await makeDirectory(dataDir);
    return await withDataDirLock(dataDir, () => attachOrStart(options));
  } catch (error) {
    if (isAppError(error)) throw error;
    throw unavailable(`its directory ${dataDir} can't be used (${messageOf(error)})`, { dataDir }, error);
  }
}

/** Under the lock nobody can attach between the count and the stop. */
async function leave(server: StartedServer, ours: Attachment | undefined, logger: Logger): Promise<void> {
  const { paths, password } = server;
  const stake = ours ?? (await attachToLivePostmaster(paths, password));
  const others = stake ? await countOtherUsers(stake) : 0;
  const file = await readPostmasterFile(paths.pgdata);
  if (stake && file && others === 0) await signalPostmaster(file.pid, 'INT');
  await stake?.client.end();
  if (others > 0) logger.debug({}, `Embedded PostgreSQL keeps running: ${others} more use it`);
  else if (!file || (await waitUntilGone(file.pid, paths.pgdata, STOP_PATIENCE_MS))) {
    logger.info({}, 'Embedded PostgreSQL stopped');
  } else {
    logger.warn(
      {},
      `Embedded PostgreSQL (pid ${file.pid}) still shuts down after ${STOP_PATIENCE_MS / 1000} s`,
    );
  }
}
