import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 60_000;

/**
 * Waits until `condition` gives something true, and returns that. Throws, with `what`, when it hasn't after a minute.
 * `everyMs`: what takes work to ask is asked less often.
 */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false>,
  everyMs = 10,
): Promise<T> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadlineMs) throw new Error(`Waited ${PATIENCE_MS / 1000} s in vain: ${what}`);
    await sleep(everyMs);
  }
}
