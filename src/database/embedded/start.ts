import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../domain/logger.js';
import { type Attachment, attachToLivePostmaster } from './attachment.js';
import { type Binaries, packagedInstallation, usableBinaries } from './binaries.js';
import {
  type ClusterPaths,
  clusterPaths,
  rememberedPort,
  rememberPort,
  superuserPassword,
} from './cluster.js';
import { isThere } from './files.js';
import { findHome } from './home.js';
import { initCluster } from './init-cluster.js';
import { launchPostmaster } from './launch.js';
import { chooseFreePort, HOST, isPortFree } from './port.js';
import { isPostmasterOf, readPostmasterFile, removeMisleadingFile } from './postmaster.js';
import { type RunUser, runUserOf } from './run-user.js';
import { unavailable } from './unavailable.js';

export interface StartOptions {
  readonly dataDir: string;
  readonly fsync: boolean;
  readonly logger: Logger;
  /**
   * Set when a server that we had is brought back: its port is known to others by now, and its data isn't made anew.
   */
  readonly again?: { readonly port: number };
}

export interface StartedServer {
  readonly attachment: Attachment;
  readonly paths: ClusterPaths;
  readonly password: string;
  readonly how: 'attached' | 'started' | 'created';
}

/**
 * A port may be taken between our look and PostgreSQL's, and the sessions of a postmaster that was killed keep its
 * shared memory for a moment.
 */
const ATTEMPTS = 4;
const PAUSE_MS = 500;

/**
 * Attaches to the cluster's live server, or starts it, or makes the cluster first. Call it under the lock.
 * Throws UNAVAILABLE for what it foresees, and the system's errors for the rest.
 */
export async function attachOrStart(options: StartOptions): Promise<StartedServer> {
  const paths = await clusterPaths(options.dataDir);
  const existed = await isThere(paths.pgdata);
  if (!existed && options.again) throw unavailable(`the cluster ${paths.pgdata} is gone: bring it back`);
  const password = await superuserPassword(paths);
  const live = existed ? await attachToLivePostmaster(paths, password) : undefined;
  if (live) return { attachment: live, paths, password, how: 'attached' };
  const user = await runUserOf(paths.pgdata);
  const housed = await findHome(paths, user, options.logger);
  const binaries = await usableBinaries(packagedInstallation(), housed.home, user);
  if (!existed) await initCluster(housed, binaries, password, { user, fsync: options.fsync });
  const attachment = await startServer(housed, binaries, password, user, options);
  return { attachment, paths: housed, password, how: existed ? 'started' : 'created' };
}

async function startServer(
  paths: ClusterPaths,
  binaries: Binaries,
  password: string,
  user: RunUser | undefined,
  { fsync, again }: StartOptions,
): Promise<Attachment> {
  for (let attempt = 1; ; attempt += 1) {
    const port = again ? await insistOn(again.port) : await portFor(paths);
    await removeMisleadingFile(paths.pgdata);
    try {
      return await launchPostmaster(paths, binaries, password, { port, fsync, user });
    } catch (error) {
      const file = await readPostmasterFile(paths.pgdata);
      const lives = file !== undefined && (await isPostmasterOf(file.pid, paths.pgdata)); // slow, not ended
      if (lives || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** The port of the last time; where that is somebody else's now, another one, remembered for the next time. */
async function portFor(paths: ClusterPaths): Promise<number> {
  const last = await rememberedPort(paths);
  if (last !== undefined && (await isPortFree(last))) return last;
  const port = await chooseFreePort();
  await rememberPort(paths, port);
  return port;
}

async function insistOn(port: number): Promise<number> {
  if (await isPortFree(port)) return port;
  throw unavailable(
    `its port ${HOST}:${port}, which this process works with, is taken by another program: end that one`,
  );
}
