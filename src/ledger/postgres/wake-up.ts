import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const CHANNEL = 'ledgerline_appended';
/** The guarantee behind the notifications: a lost one costs this much. */
const POLL_MS = 400;
const RECONNECT_MS = 1_000;

/**
 * Tells readers that something was appended: at once within the process, by an empty `pg_notify` across processes, and
 * by a poll where that is lost. The notification is a statement of its own after the commit, and coalesced: inside the
 * append transaction it halves the throughput, because NOTIFY takes a lock on the whole cluster at commit.
 */
export class WakeUp {
  readonly #config: pg.ClientConfig;
  readonly #waiters = new Set<() => void>();
  #count = 0;
  #client: pg.Client | undefined;
  #connecting: Promise<void> | undefined;
  #notifying = false;
  #notifyAgain = false;
  #closed = false;

  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  /** Take it before reading: `wait` returns at once when something was appended since. */
  get ticket(): number {
    return this.#count;
  }

  /** Until the next append, a poll interval at most, or the signal. */
  wait(ticket: number, signal: AbortSignal): Promise<void> {
    if (this.#count !== ticket || signal.aborted || this.#closed) return Promise.resolve();
    this.#listen();
    return new Promise((resolve) => {
      const done = () => {
        this.#waiters.delete(done);
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, POLL_MS);
      this.#waiters.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  /** This process committed something. */
  committed(): void {
    this.#wake();
    this.#notify();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#connecting;
    const client = this.#client;
    this.#client = undefined;
    // A connection that is lost already has nothing to close.
    await client?.end().catch(() => undefined);
  }

  #wake(): void {
    this.#count++;
    for (const waiter of [...this.#waiters]) waiter();
  }

  #notify(): void {
    this.#listen();
    this.#notifyAgain = true;
    if (!this.#notifying) void this.#sendNotifications();
  }

  async #sendNotifications(): Promise<void> {
    this.#notifying = true;
    while (this.#notifyAgain && this.#client) {
      this.#notifyAgain = false;
      // Lost notifications are what the poll is for.
      await this.#client.query(`notify ${CHANNEL}`).catch(() => undefined);
    }
    this.#notifying = false;
  }

  #listen(): void {
    if (this.#client || this.#connecting || this.#closed) return;
    this.#connecting = this.#connect().finally(() => {
      this.#connecting = undefined;
    });
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({ ...this.#config, application_name: 'ledgerline-wake-up' });
    const lost = () => {
      if (this.#client === client) this.#client = undefined;
      // Whatever was missed meanwhile is found by reading.
      this.#wake();
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => this.#wake());
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      this.#client = client;
    } catch {
      // The poll goes on meanwhile; the next wait tries again, though not in a tight loop.
      await sleep(RECONNECT_MS, undefined, { ref: false });
    }
  }
}
