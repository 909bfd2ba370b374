import type { ProjectionStatus } from '../../../projections/runtime/status.js';
import { ErrorCode, isAppError } from '../../domain/errors.js';
import type { ApiContext } from '../context.js';
import { SubscriberQueue } from './subscriber-queue.js';

const EVERY_MS = 500;

/**
 * A projection's generation as it's built, in whichever process, twice a second: the live one where none is, which ends
 * it. Throws `FORBIDDEN`, and `NOT_FOUND` for an unknown projection.
 */
export const projectionProgress = async (
  context: ApiContext,
  name: string,
): Promise<AsyncIterableIterator<ProjectionStatus>> => {
  context.require('projections:operate');
  const { projections } = context.services;
  let isLooking = false;
  const queue = new SubscriberQueue<ProjectionStatus>(() => clearInterval(timer));
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    const generations = await projections.status(name).finally(() => {
      isLooking = false;
    });
    const building = generations.find(({ state }) => state === 'building');
    const shown = building ?? generations[0];
    if (shown) queue.push(shown);
    if (!building) queue.end();
  };
  const lookAgain = (): Promise<void> =>
    look().catch((error: unknown) => {
      // A rebuild goes on without who watches it; so does who watches it without the database.
      if (!isAppError(error, ErrorCode.UNAVAILABLE)) queue.fail(error);
    });
  const timer = setInterval(() => void lookAgain(), EVERY_MS);
  try {
    await look();
    return queue;
  } catch (error) {
    await queue.return();
    throw error;
  }
};
