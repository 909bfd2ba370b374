import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from './files.js';
import { unavailable } from './unavailable.js';

/** Longer than an initdb or a crash recovery on a slow disk: who waits this long waits for something stuck. */
const PATIENCE_MS = 180_000;
const RETRY_MS = 25;

/** `O_EXLOCK` of macOS and the BSDs: open and flock in one call. Node passes it on but has no name for it. */
const O_EXLOCK = 0x20;

type Release = () => Promise<void>;

/**
 * Runs `task` while no other process (nor another call in this one) runs one for the same directory. The kernel
 * holds the lock and frees it when we die, so there is no stale lock to judge: pids are reused, and in a container
 * they always are.
 * Throws UNAVAILABLE after three minutes of waiting, and whatever `task` throws.
 */
export async function withDataDirLock<T>(dataDir: string, task: () => Promise<T>): Promise<T> {
  const release = await acquire(dataDir);
  try {
    return await task();
  } finally {
    await release();
  }
}

async function acquire(dataDir: string): Promise<Release> {
  const tryLock = await lockOf(dataDir);
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const release = await tryLock();
    if (release) return release;
    if (performance.now() > deadlineMs) {
      throw unavailable(`another process has held the lock on ${dataDir} for ${PATIENCE_MS / 1000} s`);
    }
    await sleep(RETRY_MS);
  }
}

/** One name per directory, whatever path leads to it. */
async function lockOf(dataDir: string): Promise<() => Promise<Release | undefined>> {
  const { dev, ino } = await stat(dataDir, { bigint: true });
  const name = `ledgerline-postgres-${dev}-${ino}`;
  if (process.platform === 'win32') return () => tryListen(`\\\\.\\pipe\\${name}`);
  // A NUL in front: Linux's abstract sockets, a name without a file that goes with its process.
  if (process.platform === 'linux') return () => tryListen(`\0${name}`);
  return () => tryFlock(join(dataDir, 'postgres.lock'));
}

const tryListen = (path: string): Promise<Release | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) =>
      systemCode(error) === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen({ path, exclusive: true }, () =>
      resolve(() => new Promise((done) => server.close(() => done()))),
    );
  });

async function tryFlock(path: string): Promise<Release | undefined> {
  try {
    const file = await open(path, constants.O_CREAT | constants.O_RDWR | constants.O_NONBLOCK | O_EXLOCK);
    return () => file.close();
  } catch (error) {
    if (systemCode(error) === 'EAGAIN') return undefined;
    throw error;
  }
}
