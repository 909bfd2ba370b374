import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binariesIn, packagedInstallation } from './binaries.js';
import { run } from './command.js';
import { readIfThere, systemCode } from './files.js';

/** What a cluster's `postmaster.pid` says. It may be stale: only a connection proves it. */
export interface PostmasterFile {
  readonly pid: number;
  /** Undefined until the server listens. */
  readonly port: number | undefined;
  /** It takes connections: it isn't starting, recovering or stopping. */
  readonly ready: boolean;
}

/** The file's lines (PostgreSQL's `utils/pidfile.h`), counted from 0. */
const PID = 0;
const PORT = 3;
const STATUS = 7;

/** Reads `postmaster.pid`; undefined where there is none. A file without a pid (a power cut) reads as pid 0. */
export async function readPostmasterFile(pgdata: string): Promise<PostmasterFile | undefined> {
  const text = await readIfThere(join(pgdata, 'postmaster.pid'));
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  return {
    pid: Number.parseInt(lines[PID] ?? '', 10) || 0,
    port: Number.parseInt(lines[PORT] ?? '', 10) || undefined,
    ready: lines[STATUS]?.trim() === 'ready',
  };
}

/** Whether a process has this pid, be it another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/**
 * Whether the process is this cluster's postmaster, by its command line (`postgres -D <pgdata> …`; its children
 * rename themselves). A zombie has none, and so counts as gone. Windows shows no command line, so there any postgres
 * counts.
 */
export async function isPostmasterOf(pid: number, pgdata: string): Promise<boolean> {
  if (pid <= 0 || !isAlive(pid)) return false;
  if (process.platform === 'linux') {
    const commandLine = await readIfThere(`/proc/${pid}/cmdline`).catch(() => undefined); // ESRCH: it just ended
    return commandLine?.split('\0').includes(pgdata) ?? false;
  }
  if (process.platform === 'win32') {
    const { output } = await run('tasklist', ['/NH', '/FO', 'CSV', '/FI', `PID eq ${pid}`], pgdata);
    return output.includes('postgres');
  }
  const { output } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)], '/');
  return output.includes(pgdata);
}

/**
 * Removes a stale `postmaster.pid` whose pid is some other process's by now: PostgreSQL would refuse to start, as it
 * only sees that the pid is in use. (A dead pid it sees through itself.) Call it under the lock, when no postmaster
 * lives. Had that been misjudged, its shared memory block would still keep a second postmaster out.
 */
export async function removeMisleadingFile(pgdata: string): Promise<void> {
  const file = await readPostmasterFile(pgdata);
  if (!file || (await isPostmasterOf(file.pid, pgdata))) return;
  if (file.pid === 0 || isAlive(file.pid)) await rm(join(pgdata, 'postmaster.pid'), { force: true });
}

/**
 * How a postmaster is told to stop: INT ends all sessions and writes a checkpoint, QUIT leaves the rest to crash
 * recovery.
 */
export async function signalPostmaster(pid: number, signal: 'INT' | 'QUIT'): Promise<void> {
  if (process.platform === 'win32') {
    const { pgCtl } = binariesIn(packagedInstallation());
    await run(pgCtl, ['kill', signal, String(pid)], process.cwd());
    return;
  }
  try {
    process.kill(pid, `SIG${signal}`);
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error; // it went by itself
  }
}

/**
 * Waits until the postmaster is gone with all that it writes. Returns false where it is still there at the end of
 * `patienceMs`.
 */
export async function waitUntilGone(pid: number, pgdata: string, patienceMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + patienceMs;
  while (await isPostmasterOf(pid, pgdata)) {
    if (performance.now() > deadlineMs) return false;
    await sleep(20);
  }
  return true;
}

/**
 * The identity that initdb gave the cluster: the first 8 bytes of `global/pg_control`, in the machine's own order
 * (little-endian wherever we run).
 */
export async function systemIdentifier(pgdata: string): Promise<string> {
  const file = await open(join(pgdata, 'global', 'pg_control'), 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.readBigUInt64LE().toString();
  } finally {
    await file.close();
  }
}
