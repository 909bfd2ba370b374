import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const RECONNECT_MS = 1_000;

export interface NotifyOptions {
  readonly connection: pg.ClientConfig;
  readonly applicationName: string;
  readonly channels: readonly string[];
  readonly onNotification: (channel: string, payload: string) => void;
  /** Connected, again perhaps: whatever was notified before it is missed. */
  readonly onConnected?: () => void;
}

/**
 * A connection of its own for LISTEN and NOTIFY, made again when it's lost. Notifications are hints: what is lost while
 * the connection is must not matter.
 */
export class NotifyConnection {
  readonly #options: NotifyOptions;
  #client: pg.Client | undefined;
  #connecting: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: NotifyOptions) {
    this.#options = options;
  }

  /** Connects in the background, where it isn't connected. */
  connect(): void {
    if (this.#client || this.#connecting || this.#isClosed) return;
    this.#connecting = this.#open().finally(() => {
      this.#connecting = undefined;
    });
  }

  /** Sends a notification, when there is a connection. Returns whether it went out. */
  async notify(channel: string, payload = ''): Promise<boolean> {
    if (!this.#client) return false;
    return this.#client.query('select pg_notify($1, $2)', [channel, payload]).then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connecting;
    const client = this.#client;
    this.#client = undefined;
    // A connection that is lost already has nothing to close.
    await client?.end().catch(() => undefined);
  }

  async #open(): Promise<void> {
    const { connection, applicationName, channels, onNotification, onConnected } = this.#options;
    const client = new pg.Client({ ...connection, application_name: applicationName });
    const lost = () => {
      if (this.#client !== client) return;
      this.#client = undefined;
      this.connect();
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ channel, payload = '' }) => onNotification(channel, payload));
    try {
      await client.connect();
      for (const channel of channels) await client.query(`listen ${channel}`);
      this.#client = client;
      onConnected?.();
    } catch {
      await client.end().catch(() => undefined);
      await sleep(RECONNECT_MS, undefined, { ref: false });
      // Tried again for as long as somebody wants it.
      setImmediate(() => this.connect());
    }
  }
}
