import { setTimeout as sleep } from 'node:timers/promises';

/** So often an append goes again at most, before its outcome is told as unknown. */
const RESENDS = 3;
const FIRST_PAUSE_MS = 100;

/**
 * What a failed try was. `refused`: it would be each time; `away`: this try did nothing, and it's for the caller to try
 * again; `astray`: this try did nothing, and the next goes elsewhere; `lost answer`: nobody knows.
 */
export interface FailedTry {
  readonly kind: 'refused' | 'away' | 'astray' | 'lost answer';
  /** What is thrown where it's the last. */
  readonly error: unknown;
}

/**
 * The one place that sends an append again: the same events at the same revision, which a store knows for a copy. Once an
 * answer was lost only an answer ends it: that the server is away now says nothing of the try before, so what is thrown then
 * is the lost answer's error.
 */
export const sendUntilKnown = async <T>(
  send: () => Promise<T>,
  failedTry: (error: unknown) => FailedTry,
): Promise<T> => {
  let lost: FailedTry | undefined;
  for (let resends = 0; ; resends++) {
    try {
      return await send();
    } catch (error) {
      const failed = failedTry(error);
      if (failed.kind === 'refused') throw failed.error;
      if (failed.kind === 'lost answer') lost = failed;
      if (resends === RESENDS || (failed.kind === 'away' && !lost)) throw (lost ?? failed).error;
      await sleep(FIRST_PAUSE_MS * 2 ** resends);
    }
  }
};
