import { spawn } from 'node:child_process';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attachment, attachToLivePostmaster } from './attachment.js';
import type { Binaries } from './binaries.js';
import type { ClusterPaths } from './cluster.js';
import { spawnedAs } from './command.js';
import type { RunUser } from './run-user.js';
import { serverArguments } from './settings.js';
import { unavailable } from './unavailable.js';

const POLL_MS = 10;
/** For the first sign of life only: what comes then (recovery) has a limit of its own. */
const PATIENCE_MS = 30_000;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

export interface LaunchOptions {
  readonly port: number;
  readonly fsync: boolean;
  readonly user: RunUser | undefined;
}

/**
 * Starts the postmaster in a session of its own, writing to the log file: neither a Ctrl-C in our terminal nor our
 * death reaches it. Resolves when we are attached to it. Call it under the lock, when no postmaster lives. Throws
 * UNAVAILABLE with the end of the log.
 */
export async function launchPostmaster(
  paths: ClusterPaths,
  binaries: Binaries,
  password: string,
  options: LaunchOptions,
): Promise<Attachment> {
  const log = await openLog(paths.logFile);
  try {
    const from = (await log.stat()).size;
    const program = commandLine(paths, binaries, options);
    const child = spawn(program.path, program.args, {
      ...spawnedAs(options.user, paths.pgdata),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    let end: string | undefined;
    child.once('error', (error) => {
      end = error.message;
    });
    child.once('exit', (code, signal) => {
      // On Windows the child is pg_ctl, which goes when it has started the server.
      if (process.platform !== 'win32' || code !== 0) end = `it ended with ${signal ?? `exit code ${code}`}`;
    });
    child.unref();
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (end === undefined && performance.now() < deadlineMs) {
      const attachment = await attachToLivePostmaster(paths, password);
      if (attachment) return attachment;
      await sleep(POLL_MS);
    }
    const words = await log.read({ position: from, buffer: Buffer.alloc(2_000) });
    const said = words.buffer.toString('utf8', 0, words.bytesRead).trim().replaceAll('\n', ' | ');
    throw unavailable(
      `its server doesn't start (${end ?? 'it made no postmaster.pid'}); ${paths.logFile} says: ${said || 'nothing'}`,
      { logFile: paths.logFile },
    );
  } finally {
    await log.close();
  }
}

/** On Windows through pg_ctl, which gives up an administrator's rights: PostgreSQL refuses to run with them. */
function commandLine({ pgdata, logFile }: ClusterPaths, binaries: Binaries, { port, fsync }: LaunchOptions) {
  const settings = serverArguments(port, fsync);
  if (process.platform !== 'win32') return { path: binaries.postgres, args: ['-D', pgdata, ...settings] };
  const quoted = settings.map((setting) => (setting === '-c' ? setting : `"${setting}"`)).join(' ');
  return { path: binaries.pgCtl, args: ['start', '-W', '-D', pgdata, '-l', logFile, '-o', quoted] };
}

/** The log is opened by us and inherited, so it can be where the server's user can't go. One older log is kept. */
async function openLog(path: string): Promise<FileHandle> {
  const size = await stat(path).then(
    (file) => file.size,
    () => 0, // the first start
  );
  if (size > LOG_LIMIT_BYTES) await rename(path, `${path}.old`);
  return open(path, 'a+', 0o600);
}
