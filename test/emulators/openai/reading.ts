import { type AppError, isAppError } from '../../../src/domain/errors.js';

/** Reads to the end. */
export const all = async <T>(pieces: AsyncIterable<T>): Promise<T[]> => {
  const read: T[] = [];
  for await (const piece of pieces) read.push(piece);
  return read;
};

/** The error that the work fails with; anything but an `AppError` fails the test. */
export const failureOf = async (work: Promise<unknown>): Promise<AppError> => {
  const error = await work.then(
    () => new Error('It should have failed'),
    (reason: unknown) => reason,
  );
  if (!isAppError(error)) throw error;
  return error;
};

/** A promise that the test keeps when it likes. */
export const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
};
