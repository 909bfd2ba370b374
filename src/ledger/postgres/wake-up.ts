import type pg from 'pg';
import { NotifyConnection } from '../../database/notify-connection.js';
import { Pace } from '../../database/pace.js';

const CHANNEL = 'ledgerline_appended';
/** The guarantee behind the notifications: a lost one costs this much. */
const POLL_MS = 400;
/**
 * A process under load notifies so often, after a few at once. Each notification wakes every listening connection: where
 * three processes appended at full speed, one after every commit took a third of all appends.
 */
const NOTIFY = { everyMs: 4, atOnce: 5 } as const;

/**
 * Tells readers that something was appended: at once within the process, by an empty notification across processes, and
 * by a poll where that is lost. The notification is a statement of its own after the commit, and coalesced: inside the
 * append transaction it halves the throughput, because NOTIFY takes a lock on the whole cluster at commit. A process in
 * which nobody waits doesn't listen.
 */
export class WakeUp {
  readonly #listener: NotifyConnection;
  /** Of a process that doesn't listen. */
  readonly #sender: NotifyConnection;
  readonly #waiters = new Set<() => void>();
  readonly #pace = new Pace(NOTIFY);
  #count = 0;
  #isListening = false;
  #isNotifying = false;
  #notifyAgain = false;
  #isClosed = false;

  constructor(connection: pg.ClientConfig) {
    const wake = () => this.#wake();
    const options = {
      connection,
      applicationName: 'ledgerline-wake-up',
      // Who waits here was woken at the commit already.
      onNotification: (_channel: string, _payload: string, own: boolean) => (own ? undefined : wake()),
    };
    // Whatever was missed before it connected is found by reading.
    this.#listener = new NotifyConnection({ ...options, channels: [CHANNEL], onConnected: wake });
    this.#sender = new NotifyConnection({ ...options, channels: [] });
  }

  /** Take it before reading: `wait` returns at once when something was appended since. */
  get ticket(): number {
    return this.#count;
  }

  /** Until the next append, a poll interval at most, or the signal. */
  wait(ticket: number, signal: AbortSignal): Promise<void> {
    if (this.#count !== ticket || signal.aborted || this.#isClosed) return Promise.resolve();
    this.#isListening = true;
    this.#listener.connect();
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
    this.#notifyAgain = true;
    if (!this.#isNotifying) void this.#notify();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await Promise.all([this.#listener.close(), this.#sender.close()]);
  }

  #wake(): void {
    this.#count++;
    for (const waiter of [...this.#waiters]) waiter();
  }

  async #notify(): Promise<void> {
    this.#isNotifying = true;
    while (this.#notifyAgain) {
      this.#notifyAgain = false;
      const connection = this.#isListening ? this.#listener : this.#sender;
      connection.connect();
      await connection.notify(CHANNEL);
      await this.#pace.next();
    }
    this.#isNotifying = false;
  }
}
