import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, ErrorCode, isAppError } from '../../domain/errors.js';

/** How long a mutation waits for the end of its workflow; after that the reactor sees to it. */
export const PATIENCE_MS = 5_000;
const RETRY_MS = 200;

/** Whether a step may succeed when it's done again: nothing was wrong with it. */
export const passes = (error: unknown): boolean =>
  isAppError(error, ErrorCode.UNAVAILABLE) ||
  isAppError(error, ErrorCode.OUTCOME_UNKNOWN) ||
  isAppError(error, ErrorCode.RETRY_LATER);

/**
 * The rest of a workflow whose first event is stored; it's done again after what passes, so it must be idempotent. Throws
 * `RETRY_LATER` with `unfinished` when it isn't at its end after 5 s, and at once what refuses a step.
 */
export const finishedInTime = async <T>(unfinished: string, rest: () => Promise<T>): Promise<T> => {
  const late = new AbortController();
  const { signal } = late;
  // It keeps no process up: what is waited for does, where there is something.
  const deadline = sleep(PATIENCE_MS, undefined, { signal, ref: false }).then(() => {
    throw new AppError(ErrorCode.RETRY_LATER, unfinished);
  });
  // Whichever loses is heard by nobody.
  const work = untilDone(rest, signal);
  try {
    return await Promise.race([work, deadline]);
  } finally {
    late.abort();
    work.catch(() => undefined);
    deadline.catch(() => undefined);
  }
};

const untilDone = async <T>(rest: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  for (;;) {
    try {
      return await rest();
    } catch (error) {
      if (!passes(error)) throw error;
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
};
