import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode, isAppError } from '../domain/errors.js';

const AGAIN_MS = 250;

/**
 * Does it again while the database is away, for so long: a fail-over takes seconds, and the carrier asks once. Throws what
 * was thrown last. `work` changes nothing that a second time would change again.
 */
export const untilReachable = async <T>(withinMs: number, work: () => Promise<T>): Promise<T> => {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isLate = performance.now() + AGAIN_MS > deadlineMs;
      if (isLate || !isAppError(error, ErrorCode.UNAVAILABLE)) throw error;
    }
    await sleep(AGAIN_MS);
  }
};
