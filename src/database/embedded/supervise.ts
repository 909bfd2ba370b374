import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../domain/errors.js';
import type { Logger } from '../../domain/logger.js';
import type { Attachment } from './attachment.js';

const FIRST_RETRY_MS = 500;
const SLOWEST_RETRY_MS = 30_000;

export interface Supervision {
  /** Ends the watch. Resolves with the attachment, or with undefined where the server is lost at this moment. */
  release(): Promise<Attachment | undefined>;
}

/**
 * Keeps us attached: when the connection is lost (the server crashed, or was killed), `reattach` is tried until it
 * works or `release` is called.
 */
export function supervise(
  first: Attachment,
  reattach: () => Promise<Attachment>,
  logger: Logger,
): Supervision {
  const released = new AbortController();
  let current: Attachment | undefined;
  let recovery = Promise.resolve();

  const watch = (attachment: Attachment) => {
    current = attachment;
    void attachment.ended.then(() => {
      current = undefined;
      if (!released.signal.aborted) recovery = recover();
    });
  };

  const recover = async () => {
    logger.warn({}, 'The embedded PostgreSQL went away: bringing it back');
    for (
      let pauseMs = FIRST_RETRY_MS;
      !released.signal.aborted;
      pauseMs = Math.min(pauseMs * 2, SLOWEST_RETRY_MS)
    ) {
      try {
        watch(await reattach());
        logger.info({}, 'The embedded PostgreSQL is back');
        return;
      } catch (error) {
        logger.warn({}, messageOf(error));
        await sleep(pauseMs, undefined, { signal: released.signal }).catch(() => undefined); // released: the loop ends
      }
    }
  };

  watch(first);
  return {
    release: async () => {
      released.abort();
      await recovery;
      return current;
    },
  };
}
