import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../domain/errors.js';
import type { Logger } from '../../domain/logger.js';
import { type ClusterPaths, moveHome } from './cluster.js';
import { run } from './command.js';
import { isThere } from './files.js';
import type { RunUser } from './run-user.js';
import { unavailable } from './unavailable.js';

/**
 * Where root keeps a cluster that can't live in its data directory. The temporary ones come last: systems tidy them.
 */
const PLACES = ['/var/lib/ledgerline', '/var/tmp', tmpdir()];

/**
 * Finds where the cluster can live. That is `<dataDir>/postgres`, unless root runs PostgreSQL as a user who can't
 * get there (a clone in /root): then it is the first of a few places where that user can work, remembered in
 * `dataDir`.
 * Throws UNAVAILABLE where the user can work nowhere.
 */
export async function findHome(
  paths: ClusterPaths,
  user: RunUser | undefined,
  logger: Logger,
): Promise<ClusterPaths> {
  const isMoved = paths.home !== paths.own;
  if (isMoved && !(await isThere(paths.home))) {
    const place = join(paths.own, 'place');
    throw unavailable(
      `the cluster was in ${paths.home}, which is gone: bring it back, or remove ${place} to begin anew`,
    );
  }
  if (!user || isMoved || (await isThere(paths.pgdata))) return paths;
  await chmod(paths.own, 0o711); // the user must pass through; what we keep there is closed to it
  const ownReason = await whyNotWorkable(paths.own, user);
  if (ownReason === undefined) return paths;
  const reasons = [ownReason];
  for (const place of PLACES) {
    const home = await makePlace(place, paths.dataDir).catch((error) => {
      reasons.push(messageOf(error));
    });
    if (!home) continue;
    const reason = await whyNotWorkable(home, user);
    if (reason === undefined) {
      logger.warn(
        {},
        `The user ${user.name} can't work in ${paths.own}: its PostgreSQL cluster is kept in ${home}`,
      );
      return moveHome(paths, home);
    }
    await rm(home, { recursive: true, force: true });
    reasons.push(reason);
  }
  throw unavailable(
    `the user ${user.name}, whom root runs it as, has no place to work (${reasons.join('; ')})`,
  );
}

/**
 * A directory of its own for this data directory: told by the hash, and by chance never one that somebody else
 * prepared.
 */
async function makePlace(place: string, dataDir: string): Promise<string> {
  if (!(await isThere(place))) await mkdir(place, { mode: 0o755 });
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const home = await mkdtemp(join(place, `ledgerline-${hash}-`));
  await chmod(home, 0o711);
  return home;
}

/**
 * Lets the user try it: no look at modes knows all of access lists, namespaces and mounts. (Only POSIX systems have
 * a root.)
 */
async function whyNotWorkable(home: string, user: RunUser): Promise<string | undefined> {
  const probe = await mkdtemp(join(home, 'probe-'));
  try {
    await chown(probe, user.uid, user.gid);
    const { exitCode, output } = await run('/bin/sh', ['-c', 'cd "$1" && : > probe', 'sh', probe], '/', user);
    return exitCode === 0 ? undefined : `${home}: ${output}`;
  } catch (error) {
    return messageOf(error);
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}
