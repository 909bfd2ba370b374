import { AppError, ErrorCode } from '../../src/domain/errors.js';
import {
  type Appended,
  type AppendOptions,
  type EncodedEvent,
  type EventBatch,
  type EventStore,
  MAX_APPEND_BYTES,
  type StoredEvent,
} from '../../src/ledger/event-store.js';

/** What happens to the next append: it isn't done, or it's done and its answers are lost, however often it's sent. */
export type Fault = 'away' | 'answer lost';

const serialized = (event: EncodedEvent): number =>
  Buffer.byteLength(event.data) + Buffer.byteLength(JSON.stringify(event.metadata));

/** The port's contract in memory, with faults at the moment that a test chooses. */
export class MemoryEventStore implements EventStore {
  readonly #events: StoredEvent[] = [];
  readonly #waiting = new Set<() => void>();
  /** Taken one an append. */
  readonly faults: Fault[] = [];
  /** Every call fails until it's false again. */
  isAway = false;

  async append(
    stream: string,
    events: readonly EncodedEvent[],
    { expectedRevision }: AppendOptions,
  ): Promise<Appended> {
    await this.#reach();
    const fault = this.faults.shift();
    if (fault === 'away') throw unavailable();
    const result = this.#append(stream, events, expectedRevision === 'none' ? -1 : expectedRevision);
    for (const wake of [...this.#waiting]) wake();
    if (fault === 'answer lost') throw new AppError(ErrorCode.OUTCOME_UNKNOWN, 'The answer was lost.');
    return result;
  }

  async readStream(stream: string, { fromRevision = 0 } = {}): Promise<readonly StoredEvent[]> {
    await this.#reach();
    return this.#events.filter((event) => event.stream === stream && event.revision >= fromRevision);
  }

  async *readAll({ from = '0' } = {}): AsyncIterable<EventBatch> {
    await this.#reach();
    const events = this.#events.filter(({ position }) => Number(position) >= Number(from));
    if (events.length > 0) yield { events, atHead: true };
  }

  async *subscribeAll({ after = '0', signal }: { after?: string | undefined; signal: AbortSignal }) {
    let reached = Number(after);
    while (!signal.aborted) {
      const events = this.#events.slice(reached);
      reached += events.length;
      if (events.length > 0) yield { events, atHead: true };
      else await this.#wake(signal);
    }
  }

  async has(position: string, eventId?: string): Promise<boolean> {
    await this.#reach();
    const event = this.#events.find((one) => one.position === position);
    return event !== undefined && (eventId === undefined || event.id === eventId);
  }

  async head(): Promise<string | undefined> {
    await this.#reach();
    return this.#events.at(-1)?.position;
  }

  comparePositions(a: string, b: string): number {
    return Number(a) - Number(b);
  }

  async close(): Promise<void> {}

  /** Forgets the newest events, as a failover may. */
  lose(count: number): void {
    this.#events.splice(this.#events.length - count);
  }

  #append(stream: string, events: readonly EncodedEvent[], expected: number): Appended {
    if (events.length === 0) throw new AppError(ErrorCode.BAD_USER_INPUT, 'An append needs an event.');
    if (events.reduce((bytes, event) => bytes + serialized(event), 0) > MAX_APPEND_BYTES) {
      throw new AppError(ErrorCode.LIMIT_EXCEEDED, 'The append is too large.');
    }
    const past = this.#events.filter((event) => event.stream === stream);
    const copies = past.slice(expected + 1, expected + 1 + events.length);
    const isCopy = copies.length === events.length && copies.every(({ id }, at) => id === events[at]?.id);
    const last = copies.at(-1);
    if (isCopy && last) return { revision: last.revision, position: last.position };
    if (past.length - 1 !== expected) {
      throw new AppError(ErrorCode.CONFLICT, 'The stream is elsewhere.', { actualRevision: past.length - 1 });
    }
    for (const event of events) {
      const position = String(this.#events.length + 1);
      const revision = this.#events.filter((other) => other.stream === stream).length;
      this.#events.push({ ...event, stream, revision, position, createdAt: new Date().toISOString() });
    }
    return { revision: expected + events.length, position: String(this.#events.length) };
  }

  async #reach(): Promise<void> {
    // As over a network: never in the same turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.isAway) throw unavailable();
  }

  #wake(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

const unavailable = () => new AppError(ErrorCode.UNAVAILABLE, 'The store is away.');
