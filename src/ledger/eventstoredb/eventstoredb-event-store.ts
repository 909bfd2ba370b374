import { BACKWARDS, END, type EventStoreDBClient, START } from '@eventstore/db-client';
import { AppError, ErrorCode } from '../../domain/errors.js';
import {
  type Appended,
  type AppendOptions,
  type EncodedEvent,
  type EventBatch,
  type EventStore,
  MAX_APPEND_BYTES,
  type StoredEvent,
} from '../event-store.js';
import { Appender } from './appender.js';
import { openClient } from './client.js';
import { parseConnectionString } from './connection-string.js';
import { InFlight, type InFlightLimits } from './in-flight.js';
import { arrivals } from './reading.js';
import { isSystemEvent, positionOf, positionText, storedEvent } from './recorded-events.js';
import { isImpossiblePosition, tookTooLong, unavailable } from './server-errors.js';
import { subscribeAll } from './subscription.js';

/**
 * Beyond 500 the client and one HTTP/2 connection only queue, where nobody counts. Four times as many wait: who came last
 * would wait for minutes else, where each takes until its deadline.
 */
const APPENDS: InFlightLimits = { maxRunning: 500, maxWaiting: 2_000 };
const PAGE_EVENTS = 2_000;
/** A stream is read in milliseconds, as is what comes next of the ledger; a server that takes so long hangs. */
const READ_TIMEOUT_MS = 10_000;

export interface EventStoreDbOptions {
  readonly appends?: InFlightLimits;
  readonly readTimeoutMs?: number;
}

/**
 * The ledger in EventStoreDB. A position is the event's commit position as a decimal number, sparse and growing.
 * docs/ledger.md tells which faults of the client this works around.
 */
export class EventStoreDbEventStore implements EventStore {
  readonly #client: EventStoreDBClient;
  readonly #appender: Appender;
  readonly #appends: InFlight;
  readonly #readTimeoutMs: number;

  /** Throws `BAD_USER_INPUT` for a connection string that must not be used; it doesn't connect yet. */
  constructor(url: string, { appends = APPENDS, readTimeoutMs = READ_TIMEOUT_MS }: EventStoreDbOptions = {}) {
    this.#appends = new InFlight(appends);
    this.#readTimeoutMs = readTimeoutMs;
    const { connectionString, credentials } = parseConnectionString(url);
    this.#client = openClient(connectionString);
    this.#appender = new Appender(this.#client, credentials);
  }

  async append(stream: string, events: readonly EncodedEvent[], options: AppendOptions): Promise<Appended> {
    refuseSize(stream, events);
    return this.#appends.run(async () => {
      const result = await this.#appender.append(stream, events, options);
      const revision = Number(result.nextExpectedRevision);
      const position = positionText(result.position) ?? (await this.#positionOf(stream, revision));
      return { revision, position };
    });
  }

  async readStream(stream: string, { fromRevision = 0 } = {}): Promise<readonly StoredEvent[]> {
    const reading = this.#client.readStream(stream, { fromRevision: BigInt(fromRevision) });
    const signal = AbortSignal.timeout(this.#readTimeoutMs);
    const events: StoredEvent[] = [];
    for await (const arrived of arrivals(reading, () => reading.cancel(), {
      maxEvents: PAGE_EVENTS,
      signal,
    })) {
      events.push(...arrived.map(storedEvent));
    }
    refuseTimeout(signal);
    return events;
  }

  async *readAll({ from, signal }: { from?: string; signal?: AbortSignal } = {}): AsyncIterable<EventBatch> {
    const fromPosition = from === undefined ? START : positionOf(from);
    const reading = this.#client.readAll({ fromPosition }, { highWaterMark: PAGE_EVENTS });
    let page: StoredEvent[] = [];
    for await (const arrived of arrivals(reading, () => reading.cancel(), {
      maxEvents: PAGE_EVENTS,
      signal,
      silenceMs: this.#readTimeoutMs,
    })) {
      for (const event of arrived.filter((item) => !isSystemEvent(item))) {
        // Full, and there is more.
        if (page.length >= PAGE_EVENTS) {
          yield { events: page, atHead: false };
          page = [];
        }
        page.push(storedEvent(event));
      }
    }
    if (page.length > 0 && !signal?.aborted) yield { events: page, atHead: true };
  }

  subscribeAll({
    after,
    signal,
  }: {
    after?: string | undefined;
    signal: AbortSignal;
  }): AsyncIterable<EventBatch> {
    return subscribeAll(
      {
        client: this.#client,
        head: () => this.head(),
        eventAt: (position) => this.#eventAt(position),
      },
      { after, signal },
    );
  }

  async has(position: string, eventId?: string): Promise<boolean> {
    const event = await this.#eventAt(position);
    return event !== undefined && (eventId === undefined || event.id === eventId);
  }

  async head(): Promise<string | undefined> {
    const reading = this.#client.readAll({ direction: BACKWARDS, fromPosition: END });
    const signal = AbortSignal.timeout(this.#readTimeoutMs);
    for await (const arrived of arrivals(reading, () => reading.cancel(), { maxEvents: 1, signal })) {
      // Behind the ledger's last event the server may have written of itself.
      const last = arrived.find((event) => !isSystemEvent(event));
      if (last) return positionText(last.position);
    }
    refuseTimeout(signal);
    return undefined;
  }

  comparePositions(a: string, b: string): number {
    const [left, right] = [BigInt(a), BigInt(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** Waits for the appends under way. Subscriptions end by their signals. */
  close(): Promise<void> {
    return this.#appends.drained();
  }

  /** Of the ledger's: where one was lost, the next leader's own first event may stand. */
  async #eventAt(position: string): Promise<StoredEvent | undefined> {
    const reading = this.#client.readAll({ fromPosition: positionOf(position), maxCount: 1 });
    const signal = AbortSignal.timeout(this.#readTimeoutMs);
    try {
      for await (const [event] of arrivals(reading, () => reading.cancel(), { maxEvents: 1, signal })) {
        if (event && !isSystemEvent(event) && positionText(event.position) === position)
          return storedEvent(event);
      }
    } catch (error) {
      if (!isImpossiblePosition(error)) throw error;
    }
    refuseTimeout(signal);
    return undefined;
  }

  /** Servers don't always tell where a copy stands. */
  async #positionOf(stream: string, revision: number): Promise<string> {
    const [event] = await this.readStream(stream, { fromRevision: revision });
    if (event) return event.position;
    throw unavailable(
      `EventStoreDB doesn't show ${stream}@${revision} yet; try again in a moment.`,
      undefined,
    );
  }
}

const refuseSize = (stream: string, events: readonly EncodedEvent[]): void => {
  if (events.length === 0) {
    throw new AppError(ErrorCode.BAD_USER_INPUT, `An append to ${stream} needs at least one event.`);
  }
  const bytes = events.reduce(
    (sum, { data, metadata }) => sum + Buffer.byteLength(data) + Buffer.byteLength(JSON.stringify(metadata)),
    0,
  );
  if (bytes <= MAX_APPEND_BYTES) return;
  throw new AppError(
    ErrorCode.LIMIT_EXCEEDED,
    `An append to ${stream} has ${bytes} bytes; at most ${MAX_APPEND_BYTES} are stored at once.`,
    { stream, bytes, limitBytes: MAX_APPEND_BYTES },
  );
};

const refuseTimeout = (signal: AbortSignal): void => {
  if (signal.aborted) throw tookTooLong(signal.reason);
};
