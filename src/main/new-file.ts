import { type FileHandle, open, rm } from 'node:fs/promises';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';

/** The disk has no room, or its owner may have no more of it. */
const FULL = /^(ENOSPC|EDQUOT)\b/;

/** For a file that a command was to write. */
export const unwritable = (file: string, cause: unknown): AppError => {
  const reason = messageOf(cause);
  const remedy = FULL.test(reason)
    ? 'make room there, or name a file on another disk'
    : 'name a new file in a directory that is there';
  return new AppError(
    ErrorCode.BAD_USER_INPUT,
    `${file} can't be written (${reason}): ${remedy}.`,
    {},
    { cause },
  );
};

/**
 * Writes a new file, and overwrites nothing. What isn't whole isn't left behind. Throws `BAD_USER_INPUT` where it can't be
 * written, and what the texts throw.
 */
export const writeNew = async (
  file: string,
  texts: AsyncIterable<string>,
  { mode }: { readonly mode?: number } = {},
): Promise<void> => {
  const handle = await open(file, 'wx', mode).catch((cause: unknown) => {
    throw unwritable(file, cause);
  });
  try {
    await writeAll(handle, texts);
  } catch (cause) {
    await rm(file, { force: true });
    throw cause instanceof AppError ? cause : unwritable(file, cause);
  } finally {
    await handle.close();
  }
};

/** Few large writes. */
const CHUNK_CHARS = 256 * 1024;

const writeAll = async (handle: FileHandle, texts: AsyncIterable<string>): Promise<void> => {
  let waiting = '';
  for await (const text of texts) {
    waiting += text;
    if (waiting.length < CHUNK_CHARS) continue;
    await handle.appendFile(waiting);
    waiting = '';
  }
  await handle.appendFile(waiting);
  await handle.sync();
};
