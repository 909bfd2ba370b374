import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { withOptions } from './connections.js';

const RECONNECT_MS = 1_000;

export interface NotifyOptions {
  readonly connection: pg.ClientConfig;
  readonly applicationName: string;
  /** None: it only sends. */
  readonly channels: readonly string[];
  /** `own`: this connection sent it. */
  readonly onNotification: (channel: string, payload: string, own: boolean) => void;
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
    const values = [channel, payload];
    return this.#client.query({ name: 'notify', text: 'select pg_notify($1, $2)', values }).then(
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
    // NOTIFY's commit holds a lock of the whole cluster, and has nothing to keep: it need not wait for the disk.
    const config = withOptions(connection, '-c synchronous_commit=off');
    const client = new pg.Client({ ...config, application_name: applicationName });
    const backend: { pid?: number | undefined } = {};
    const lost = () => {
      if (this.#client !== client) return;
      this.#client = undefined;
      this.connect();
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ channel, payload = '', processId }) =>
      onNotification(channel, payload, processId === backend.pid),
    );
    try {
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      backend.pid = rows[0]?.pid;
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
