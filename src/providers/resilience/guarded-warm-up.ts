import type { Breaker } from './breaker.js';

/** Does nothing unless the breaker is closed, and never tells it anything: no request was made. Never rejects. */
export const guardedWarmUp = async (
  breaker: Breaker,
  warmUp: () => Promise<void> | undefined,
): Promise<void> => {
  if (breaker.health.state !== 'closed') return;
  try {
    await warmUp();
  } catch {
    // The next request will tell.
  }
};
