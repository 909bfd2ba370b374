import { setTimeout as sleep } from 'node:timers/promises';
import { ApiFailure } from '../../../src/client/api-client.js';

const PATIENCE_MS = 60_000;

/**
 * Waits until `condition` gives something true, and returns that. Throws, with `what`, when it hasn't after a minute. An
 * API that says "try again in a moment" is asked again, as its users do. `everyMs`: what takes work to ask is asked less
 * often.
 */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false>,
  everyMs = 10,
): Promise<T> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  let cause: unknown;
  for (;;) {
    const value = await condition().catch((error: unknown) => {
      if (!isUnavailable(error)) throw error;
      cause = error;
      return undefined;
    });
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadlineMs) {
      throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain: ${what}`, { cause });
    }
    await sleep(everyMs);
  }
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof ApiFailure && error.errors.every(({ extensions }) => extensions.code === 'UNAVAILABLE');
