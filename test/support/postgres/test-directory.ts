import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isAlive,
  isPostmasterOf,
  readPostmasterFile,
  signalPostmaster,
  waitUntilGone,
} from '../../../src/database/embedded/postmaster.js';

/** The pid of the process that made it is in its name, so that a later run can tell what was left behind. */
const NAME = /^ledgerline-test-(\d+)-/;
const KILL_PATIENCE_MS = 10_000;

/** A fresh temporary directory that the user who runs PostgreSQL for root can pass through. */
export async function makeTestDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `ledgerline-test-${process.pid}-`));
  await chmod(directory, 0o711);
  return directory;
}

/** Removes a test's data directory, and before it the server that runs there, if any: neither is needed again. */
export async function removeTestDirectory(directory: string): Promise<void> {
  const pgdata = join(directory, 'postgres', 'cluster');
  const file = await readPostmasterFile(pgdata);
  if (file && (await isPostmasterOf(file.pid, pgdata))) {
    await signalPostmaster(file.pid, 'QUIT');
    await waitUntilGone(file.pid, pgdata, KILL_PATIENCE_MS);
  }
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes what test runs left that were killed before their end. */
export async function removeAbandonedTestDirectories(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    const pid = Number(NAME.exec(entry)?.[1]);
    // Another user's directory refuses to go: it is theirs to remove.
    if (pid && !isAlive(pid)) await removeTestDirectory(join(tmpdir(), entry)).catch(() => undefined);
  }
}
