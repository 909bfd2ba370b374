import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { asUnavailable, isConnectionLost } from '../../database/connection-lost.js';
import { newPool, withOptions } from '../../database/connections.js';
import { AppError } from '../../domain/errors.js';
import type {
  Appended,
  AppendOptions,
  EncodedEvent,
  EventBatch,
  EventStore,
  StoredEvent,
} from '../event-store.js';
import { appendRequest } from './append-request.js';
import { AppendWriter } from './append-writer.js';
import { asText, EVENT_COLUMNS, type EventRow, storedEvent } from './stored-rows.js';
import { WakeUp } from './wake-up.js';

const READERS = 4;
const PAGE_EVENTS = 2_000;
/** A reader that holds a snapshot longer keeps vacuum and everybody else waiting. */
const READ_TIMEOUT_MS = 5_000;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;

const READ_STREAM = `select ${EVENT_COLUMNS} from ledger.events where stream_name = $1 and revision >= $2 order by revision`;
const READ_FROM = `select ${EVENT_COLUMNS} from ledger.events where position >= $1 order by position limit ${PAGE_EVENTS}`;
const HAS = 'select position from ledger.events where position = $1 and ($2::uuid is null or event_id = $2)';
const HEAD = 'select max(position) as position from ledger.events';

/**
 * The ledger in PostgreSQL. Positions are dense and in commit order, because appends hold one advisory lock to their
 * commit: a reader at the end has seen everything before it. docs/ledger.md tells why not a sequence.
 */
export class PostgresEventStore implements EventStore {
  readonly #pool: pg.Pool;
  readonly #writer: AppendWriter;
  readonly #wakeUp: WakeUp;
  #underWay:
    | { readonly from: string; readonly ticket: number; readonly events: Promise<readonly StoredEvent[]> }
    | undefined;

  /** `connection`: as role `ledgerline_ledger`. */
  constructor(connection: pg.ClientConfig) {
    this.#pool = newPool({
      ...withOptions(connection, `-c statement_timeout=${READ_TIMEOUT_MS}`),
      application_name: 'ledgerline-read',
      max: READERS,
      connectionTimeoutMillis: 2_000,
      query_timeout: READ_TIMEOUT_MS,
    });
    this.#wakeUp = new WakeUp(connection);
    this.#writer = new AppendWriter(connection, () => this.#wakeUp.committed());
  }

  append(stream: string, events: readonly EncodedEvent[], options: AppendOptions): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#writer.submit(appendRequest(stream, events, options, { resolve, reject }));
    });
  }

  readStream(stream: string, { fromRevision = 0 } = {}): Promise<readonly StoredEvent[]> {
    return this.#read('read_stream', READ_STREAM, [stream, fromRevision]);
  }

  async *readAll(options: { from?: string; signal?: AbortSignal } = {}): AsyncIterable<EventBatch> {
    let next: Promise<readonly StoredEvent[]> | undefined = this.#page(options.from ?? '0');
    while (next && !options.signal?.aborted) {
      const events: readonly StoredEvent[] = await next;
      const last = events.at(-1);
      const atHead = events.length < PAGE_EVENTS;
      // The next page is fetched while the consumer works on this one.
      next = last && !atHead ? this.#page(after(last.position)) : undefined;
      // Awaited at the top; a consumer that stops early leaves it alone.
      next?.catch(() => undefined);
      if (last) yield { events, atHead };
    }
  }

  async *subscribeAll({ after: start, signal }: { after?: string | undefined; signal: AbortSignal }) {
    let from = start === undefined ? '0' : after(start);
    let retryMs = RETRY_MIN_MS;
    while (!signal.aborted) {
      const ticket = this.#wakeUp.ticket;
      const events = await this.#pageTogether(from, ticket).catch((error: unknown) => {
        if (!isConnectionLost(error) && !(error instanceof AppError)) throw error;
      });
      if (!events) {
        await pause(retryMs, signal);
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
        continue;
      }
      retryMs = RETRY_MIN_MS;
      const last = events.at(-1);
      const atHead = events.length < PAGE_EVENTS;
      if (last) {
        yield { events, atHead };
        from = after(last.position);
      }
      if (atHead) await this.#wakeUp.wait(ticket, signal);
    }
  }

  async has(position: string, eventId?: string): Promise<boolean> {
    return (await this.#query('has', HAS, [position, eventId ?? null])).rows.length > 0;
  }

  async head(): Promise<string | undefined> {
    const { rows } = await this.#query<[string | null]>('head', HEAD, []);
    return rows[0]?.[0] ?? undefined;
  }

  comparePositions(a: string, b: string): number {
    // Decimal numbers without leading zeros: a longer one is greater.
    return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.#wakeUp.close();
    await this.#pool.end();
  }

  #page(from: string): Promise<readonly StoredEvent[]> {
    return this.#read('read_from', READ_FROM, [from]);
  }

  /**
   * Subscriptions that were woken together, and stand at the same place, read once. `ticket`: taken before; a read that
   * began under an earlier one may have missed what this one was woken for.
   */
  #pageTogether(from: string, ticket: number): Promise<readonly StoredEvent[]> {
    const under = this.#underWay;
    if (under?.from === from && under.ticket === ticket) return under.events;
    const events = this.#page(from).finally(() => {
      if (this.#underWay?.events === events) this.#underWay = undefined;
    });
    this.#underWay = { from, ticket, events };
    return events;
  }

  async #read(name: string, text: string, values: unknown[]): Promise<readonly StoredEvent[]> {
    const { rows } = await this.#query<EventRow>(name, text, values);
    return rows.map(storedEvent);
  }

  /** Throws `UNAVAILABLE` when the server can't be reached. */
  async #query<Row extends unknown[]>(name: string, text: string, values: unknown[]) {
    try {
      return await this.#pool.query<Row>({ name, text, values, rowMode: 'array', types: asText });
    } catch (error) {
      throw asUnavailable('The ledger', error);
    }
  }
}

const after = (position: string): string => String(BigInt(position) + 1n);

/** Resolves early at the signal. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined);
