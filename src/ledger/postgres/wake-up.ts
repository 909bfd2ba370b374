import type pg from 'pg';
import { NotifyConnection } from '../../database/notify-connection.js';

const CHANNEL = 'ledgerline_appended';
/** The guarantee behind the notifications: a lost one costs this much. */
const POLL_MS = 400;

/**
 * Tells readers that something was appended: at once within the process, by an empty notification across processes, and
 * by a poll where that is lost. The notification is a statement of its own after the commit, and coalesced: inside the
 * append transaction it halves the throughput, because NOTIFY takes a lock on the whole cluster at commit.
 */
export class WakeUp {
  readonly #connection: NotifyConnection;
  readonly #waiters = new Set<() => void>();
  #count = 0;
  #isNotifying = false;
  #notifyAgain = false;
  #isClosed = false;

  constructor(connection: pg.ClientConfig) {
    const wake = () => this.#wake();
    this.#connection = new NotifyConnection({
      connection,
      applicationName: 'ledgerline-wake-up',
      channels: [CHANNEL],
      onNotification: wake,
      // Whatever was missed meanwhile is found by reading.
      onConnected: wake,
    });
  }

  /** Take it before reading: `wait` returns at once when something was appended since. */
  get ticket(): number {
    return this.#count;
  }

  /** Until the next append, a poll interval at most, or the signal. */
  wait(ticket: number, signal: AbortSignal): Promise<void> {
    if (this.#count !== ticket || signal.aborted || this.#isClosed) return Promise.resolve();
    this.#connection.connect();
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
    this.#connection.connect();
    this.#notifyAgain = true;
    if (!this.#isNotifying) void this.#notify();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await this.#connection.close();
  }

  #wake(): void {
    this.#count++;
    for (const waiter of [...this.#waiters]) waiter();
  }

  async #notify(): Promise<void> {
    this.#isNotifying = true;
    while (this.#notifyAgain) {
      this.#notifyAgain = false;
      await this.#connection.notify(CHANNEL);
    }
    this.#isNotifying = false;
  }
}
