import type { Breaker } from './breaker.js';

/**
 * One request, part by part, which its breaker is told about: it's a success when it's over and nobody ended it. Throws what
 * `Breaker.begin` throws before anything is asked.
 */
export async function* guardedRequest<T>(
  breaker: Breaker,
  signal: AbortSignal,
  send: () => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  const attempt = breaker.begin(signal);
  try {
    yield* send();
    if (!signal.aborted) attempt.succeed();
  } catch (error) {
    attempt.fail(error);
    throw error;
  } finally {
    attempt.release();
  }
}
