import { lstat } from 'node:fs/promises';
import { readIfThere } from './files.js';
import { unavailable } from './unavailable.js';

/** The user that PostgreSQL runs as, where it isn't ours. */
export interface RunUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** In this order: made for PostgreSQL, or owner of nothing. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * Who PostgreSQL runs as: undefined means ourselves. PostgreSQL refuses to run as root, so root runs it as the owner
 * of the cluster where there is one, else as `postgres`, else as `nobody`. Throws UNAVAILABLE where there is no such
 * user.
 */
export async function runUserOf(cluster: string): Promise<RunUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await lstat(cluster).catch(() => undefined); // not there yet: nobody owns it
  if (owner && owner.uid !== 0) return { name: `#${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const users = (await readIfThere('/etc/passwd')) ?? '';
  for (const name of CANDIDATES) {
    const line = users.split('\n').find((entry) => entry.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (uid && gid) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw unavailable(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it',
  );
}
