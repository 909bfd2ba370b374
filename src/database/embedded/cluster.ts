import { randomBytes } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere, readIfThere, writeDurably } from './files.js';
import { unavailable } from './unavailable.js';

/** Where everything of one embedded cluster is. All paths are absolute and free of links. */
export interface ClusterPaths {
  /** The directory that the caller named. */
  readonly dataDir: string;
  /** `<dataDir>/postgres`: what we remember (`password`, `port`, `place`) and the server's log. */
  readonly own: string;
  /**
   * Holds the cluster and, where one was needed, the copy of the programs. It is `own`, unless the run user can't
   * get there.
   */
  readonly home: string;
  /** PostgreSQL's data directory, `<home>/cluster`. Its being there means that initdb had ended. */
  readonly pgdata: string;
  readonly logFile: string;
}

/** Finds the paths for `dataDir`, which is there, and makes the directory in it. */
export async function clusterPaths(dataDir: string): Promise<ClusterPaths> {
  const directory = await realpath(dataDir);
  const own = join(directory, 'postgres');
  await mkdir(own, { recursive: true });
  const place = (await readIfThere(join(own, 'place')))?.trim();
  return pathsIn(directory, own, place ?? own);
}

/** Whether a cluster was made for `dataDir`, wherever it is. */
export async function hasCluster(dataDir: string): Promise<boolean> {
  const own = join(dataDir, 'postgres');
  return (await isThere(join(own, 'place'))) || (await isThere(pathsIn(dataDir, own, own).pgdata));
}

const pathsIn = (dataDir: string, own: string, home: string): ClusterPaths => ({
  dataDir,
  own,
  home,
  pgdata: join(home, 'cluster'),
  logFile: join(own, 'server.log'),
});

/** The same cluster at another place, remembered in `dataDir` before anything is put there. */
export async function moveHome(paths: ClusterPaths, home: string): Promise<ClusterPaths> {
  await writeDurably(join(paths.own, 'place'), `${home}\n`);
  return pathsIn(paths.dataDir, paths.own, home);
}

/**
 * The superuser's password: 256 random bits, made once and on the disk before the cluster that knows it. Call it
 * under the lock.
 * Throws UNAVAILABLE where the cluster is there and its password isn't, or isn't ours to read.
 */
export async function superuserPassword({ own, pgdata }: ClusterPaths): Promise<string> {
  const path = join(own, 'password');
  try {
    const known = (await readIfThere(path))?.trim();
    if (known) return known;
  } catch (cause) {
    throw unavailable(
      `${path} can't be read (${String(cause)}): start as the user who made it`,
      { path },
      cause,
    );
  }
  if (await isThere(pgdata)) {
    throw unavailable(`the cluster ${pgdata} is there, but the password in ${path} is gone: bring it back`, {
      path,
    });
  }
  const password = randomBytes(32).toString('base64url');
  await writeDurably(path, `${password}\n`);
  return password;
}

/** The port that this cluster listened on last. */
export async function rememberedPort({ own }: ClusterPaths): Promise<number | undefined> {
  const port = Number(await readIfThere(join(own, 'port')));
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

export const rememberPort = ({ own }: ClusterPaths, port: number): Promise<void> =>
  writeDurably(join(own, 'port'), `${port}\n`);
