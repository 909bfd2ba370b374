import { AppError, ErrorCode, messageOf } from '../domain/errors.js';

/** For a file that a command was to write. */
export const unwritable = (file: string, cause: unknown): AppError =>
  new AppError(
    ErrorCode.BAD_USER_INPUT,
    `${file} can't be written (${messageOf(cause)}): name a new file in a directory that is there.`,
    {},
    { cause },
  );
