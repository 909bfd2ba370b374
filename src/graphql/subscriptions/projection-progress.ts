import type { ProjectionStatus } from '../../../projections/runtime/status.js';
import { WatchedRebuild } from '../../../projections/runtime/watched-rebuild.js';
import { AppError, ErrorCode, isAppError } from '../../domain/errors.js';
import type { ApiContext } from '../context.js';
import { SubscriberQueue } from './subscriber-queue.js';

/**
 * A projection's generation as it's built, in whichever process, twice a second: the live one where none is, which ends
 * it. Ends with `UNAVAILABLE` when the rebuild failed. Throws `FORBIDDEN`, and `NOT_FOUND` for an unknown projection.
 */
export const projectionProgress = async (
  context: ApiContext,
  name: string,
): Promise<AsyncIterableIterator<ProjectionStatus>> => {
  context.require('projections:operate');
  const { projections } = context.services;
  const watched = new WatchedRebuild<ProjectionStatus>();
  const queue = new SubscriberQueue<ProjectionStatus>(() => undefined);
  const look = async (): Promise<void> => {
    const { shown, outcome } = watched.see(await projections.nextStatus(name));
    if (outcome === 'failed') return queue.fail(failed(name, shown));
    if (shown) queue.push(shown);
    if (outcome === 'ended') queue.end();
  };
  const lookOn = async (): Promise<void> => {
    while (!queue.hasEnded) {
      await look().catch((error: unknown) => {
        // A rebuild goes on without who watches it; so does who watches it without the database.
        if (!isAppError(error, ErrorCode.UNAVAILABLE)) queue.fail(error);
      });
    }
  };
  await look();
  void lookOn();
  return queue;
};

const failed = (name: string, live: ProjectionStatus | undefined): AppError =>
  new AppError(
    ErrorCode.UNAVAILABLE,
    `The rebuild of ${name} stopped before its end, and generation ${live?.generation} stays live: the log of its process says why. Rebuild it again.`,
    { name },
  );
