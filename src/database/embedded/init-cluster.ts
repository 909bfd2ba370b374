import { chown, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SUPERUSER } from './attachment.js';
import type { Binaries } from './binaries.js';
import type { ClusterPaths } from './cluster.js';
import { run } from './command.js';
import { syncDirectory } from './files.js';
import type { RunUser } from './run-user.js';
import { unavailable } from './unavailable.js';

const UNFINISHED = 'cluster-new-';

/**
 * Makes the cluster: UTF-8, code point order, passwords by SCRAM. It is made beside its place and renamed, so a kill at
 * any moment leaves either no cluster or a whole one; what an interrupted call left is removed. Call it under the
 * lock. Throws UNAVAILABLE with initdb's words.
 */
export async function initCluster(
  { home, pgdata }: ClusterPaths,
  { initdb }: Binaries,
  password: string,
  { user, fsync }: { user: RunUser | undefined; fsync: boolean },
): Promise<void> {
  for (const entry of await readdir(home)) {
    // An initdb whose parent was killed may still be writing there: it gets the errors, and a later start the rest.
    if (entry.startsWith(UNFINISHED)) {
      await rm(join(home, entry), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    }
  }
  const unfinished = await mkdtemp(join(home, UNFINISHED));
  const passwordFile = join(unfinished, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) {
    await chown(unfinished, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  const fresh = join(unfinished, 'cluster');
  const { exitCode, output } = await run(
    initdb,
    [
      `--pgdata=${fresh}`,
      '--encoding=UTF8',
      '--locale=C',
      // Of the C locale but for letters: the case of "Ä" is folded too, the same on every system.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      `--username=${SUPERUSER}`,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-instructions',
      ...(fsync ? [] : ['--no-sync']),
    ],
    unfinished,
    user,
  );
  if (exitCode !== 0) {
    await rm(unfinished, { recursive: true, force: true });
    throw unavailable(`initdb failed in ${home} (${output || `exit code ${exitCode}`})`, { home });
  }
  await rename(fresh, pgdata);
  await syncDirectory(home);
  await rm(unfinished, { recursive: true, force: true });
}
