import { setTimeout } from 'node:timers/promises';
import { type EventStoreDBClient, excludeSystemEvents, START } from '@eventstore/db-client';
import { AppError, ErrorCode, isAppError } from '../../domain/errors.js';
import type { EventBatch, StoredEvent } from '../event-store.js';
import { arrivals } from './reading.js';
import { isSystemEvent, positionOf, positionText, storedEvent } from './recorded-events.js';
import { isAccessRefused } from './server-errors.js';

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;
const BATCH_EVENTS = 500;
/** How often the server says how far a filtered subscription has read, in units of 32 events: we don't use it. */
const CHECKPOINT_INTERVAL = 1_000;

interface Options {
  readonly after: string | undefined;
  readonly signal: AbortSignal;
}

/** What a subscription needs of its store. */
export interface Source {
  readonly client: EventStoreDBClient;
  head(): Promise<string | undefined>;
  /** The event at a position. */
  eventAt(position: string): Promise<Pick<StoredEvent, 'id'> | undefined>;
}

/**
 * As `EventStore.subscribeAll`. The client's subscription ends at the first lost connection, so this one subscribes
 * again, after the last event that was processed. Positions that the server tells between events may lie beyond its
 * end, and aren't used.
 */
export async function* subscribeAll(source: Source, { after, signal }: Options): AsyncGenerator<EventBatch> {
  let reached: Reached | undefined = after === undefined ? undefined : { position: after };
  let retryMs = RETRY_MIN_MS;
  while (!signal.aborted) {
    try {
      for await (const batch of oneSubscription(source, reached, signal)) {
        retryMs = RETRY_MIN_MS;
        yield batch;
        reached = batch.events.at(-1) ?? reached;
      }
    } catch (error) {
      // Somebody has to be told: who follows says so, and tries again at its own pace.
      if (!isAppError(error, ErrorCode.UNAVAILABLE) || isAccessRefused(error)) throw error;
    }
    await pause(retryMs, signal);
    retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
  }
}

/** The last event that was processed; its id where it's known. */
type Reached = Pick<StoredEvent, 'position'> & Partial<Pick<StoredEvent, 'id'>>;

async function* oneSubscription(
  source: Source,
  reached: Reached | undefined,
  signal: AbortSignal,
): AsyncGenerator<EventBatch> {
  if (reached) await refuseLostEvent(source, reached);
  const headAtStart = BigInt((await source.head()) ?? -1);
  let latest = reached === undefined ? -1n : BigInt(reached.position);
  const subscription = source.client.subscribeToAll(
    {
      fromPosition: reached === undefined ? START : positionOf(reached.position),
      filter: excludeSystemEvents({ checkpointInterval: CHECKPOINT_INTERVAL }),
    },
    { highWaterMark: BATCH_EVENTS },
  );
  const options = { maxEvents: BATCH_EVENTS, signal };
  for await (const arrived of arrivals(subscription, () => subscription.unsubscribe(), options)) {
    const events: StoredEvent[] = [];
    for (const event of arrived) {
      const position = BigInt(positionText(event.position) ?? -1);
      // A server that fails over may send again what it has sent.
      if (position <= latest || isSystemEvent(event)) continue;
      latest = position;
      events.push(storedEvent(event));
    }
    if (events.length > 0) {
      yield { events, atHead: latest >= headAtStart && subscription.readableLength === 0 };
    }
  }
}

/** A failover may cut off the end of the log: what was read of it never happened then. Throws `EVENTS_LOST`. */
const refuseLostEvent = async (source: Source, { position, id }: Reached): Promise<void> => {
  const event = await source.eventAt(position);
  if (event && (id === undefined || event.id === id)) return;
  throw new AppError(
    ErrorCode.EVENTS_LOST,
    `EventStoreDB no longer has the event at position ${position} that was processed: a failover or an older backup has cut off its end.`,
    { position },
  );
};

/** Resolves early at the signal. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined);
