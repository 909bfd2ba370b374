import { AppError, ErrorCode } from '../domain/errors.js';
import type { EventStore } from './event-store.js';

/** An event that was processed, and where it stood. Its id where it's known. */
export interface Processed {
  readonly position: string;
  readonly eventId?: string | null | undefined;
}

/** Throws `EVENTS_LOST` where the event is gone: who goes on from there would leave out what stands in its place. */
export const refuseLost = async (
  store: Pick<EventStore, 'has'>,
  { position, eventId }: Processed,
): Promise<void> => {
  if (await store.has(position, eventId ?? undefined)) return;
  throw new AppError(
    ErrorCode.EVENTS_LOST,
    `The ledger no longer has the event at position ${position} that was processed: a failover or an older backup has cut off its end.`,
    { position },
  );
};
