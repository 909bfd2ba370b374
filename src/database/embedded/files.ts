import { lstat, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The `code` of a system error (`ENOENT`), or undefined for anything else. */
export const systemCode = (error: unknown): string | undefined =>
  // By its shape: in Jest, Node's errors are instances of another realm's Error.
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

const isAbsence = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');

/** The text of a file, or undefined where there is none. Throws what else goes wrong (no permission, a bad disk). */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Whether something, even a dangling link, has this name. Throws where we may not look. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

/** With all above it. Node's own way tries for ever where a directory refuses to have others, as /proc does. */
export async function makeDirectory(path: string): Promise<void> {
  const makeThis = () =>
    mkdir(path).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
    });
  try {
    await makeThis();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path));
    await makeThis();
  }
}

/** Puts a small file in place whole or not at all, and on the disk: what it holds can't be made again (mode 0600). */
export async function writeDurably(path: string, text: string): Promise<void> {
  const unfinished = `${path}.new`;
  await writeFile(unfinished, text, { mode: 0o600, flush: true });
  await rename(unfinished, path);
  await syncDirectory(dirname(path));
}

/** Makes a rename in this directory survive a power cut. Windows has no such call and needs none. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
