import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import { isObjectKey, type ObjectStore } from './object-store.js';

/** Objects as files under one directory, which is made when it's first needed. */
export class FileObjectStore implements ObjectStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async put(key: string, content: Uint8Array): Promise<boolean> {
    const file = this.#file(key);
    try {
      await mkdir(dirname(file), { recursive: true });
      return await writeOnce(file, content);
    } catch (cause) {
      throw this.#unavailable('written', cause);
    }
  }

  async get(key: string): Promise<Buffer | null> {
    const file = this.#file(key);
    try {
      return await readFile(file);
    } catch (cause) {
      if (isMissing(cause)) return null;
      throw this.#unavailable('read', cause);
    }
  }

  async remove(key: string): Promise<void> {
    const file = this.#file(key);
    try {
      await unlink(file);
      await syncDirectory(dirname(file));
    } catch (cause) {
      if (!isMissing(cause)) throw this.#unavailable('written', cause);
    }
  }

  async list(folder: string): Promise<readonly string[]> {
    const directory = this.#file(folder);
    try {
      // A hidden file is one that is being written, or was when its process died.
      return (await readdir(directory)).filter((name) => !name.startsWith('.')).sort();
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw this.#unavailable('read', cause);
    }
  }

  #file(key: string): string {
    if (isObjectKey(key)) return join(this.#directory, key);
    throw new AppError(ErrorCode.INTERNAL, `"${key}" is not an object's key.`);
  }

  #unavailable(what: 'read' | 'written', cause: unknown): AppError {
    return new AppError(
      ErrorCode.UNAVAILABLE,
      `The object store in ${this.#directory} can't be ${what} (${messageOf(cause)}): check the directory and its disk.`,
      {},
      { cause, toClients: `The object store can't be ${what} just now; try again later.` },
    );
  }
}

/** A link, unlike a rename, fails where the name is taken: of two who write, one does, and nobody sees half a file. */
const writeOnce = async (file: string, content: Uint8Array): Promise<boolean> => {
  const fresh = join(dirname(file), `.${randomBytes(9).toString('hex')}`);
  try {
    await writeFile(fresh, content, { flush: true });
    await link(fresh, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(fresh, { force: true });
  }
  await syncDirectory(dirname(file));
  return true;
};

/** The name is on disk only once its directory is. */
const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';
