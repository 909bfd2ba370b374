import type pg from 'pg';
import { asUnavailable } from '../../database/connection-lost.js';
import { newClient } from '../../database/connections.js';

/** Up to where a reactor has seen the ledger. Where it's lost, the reactor sees everything again, and does nothing twice. */
export interface ReactorCheckpoint {
  /** `undefined`: nothing yet. */
  read(): Promise<string | undefined>;
  write(position: string): Promise<void>;
}

/** In `ops.reactors`, a row a reactor. Both throw `UNAVAILABLE` when PostgreSQL is away. */
export class PostgresReactorCheckpoint implements ReactorCheckpoint {
  readonly #connection: pg.ClientConfig;
  readonly #name: string;

  /** `connection`: as login `ledger`. */
  constructor(connection: pg.ClientConfig, name: string) {
    this.#connection = connection;
    this.#name = name;
  }

  async read(): Promise<string | undefined> {
    const rows = await this.#query<{ position: string }>(
      'select position from ops.reactors where name = $1',
      [],
    );
    return rows[0]?.position;
  }

  async write(position: string): Promise<void> {
    await this.#query(
      `insert into ops.reactors (name, position) values ($1, $2)
       on conflict (name) do update set position = excluded.position`,
      [position],
    );
  }

  /** It's asked for seldom: a connection each time is none that is lost in between. */
  async #query<Row extends pg.QueryResultRow>(text: string, values: readonly string[]): Promise<Row[]> {
    const client = newClient({ ...this.#connection, application_name: 'ledgerline-reactor' });
    try {
      await client.connect();
      return (await client.query<Row>(text, [this.#name, ...values])).rows;
    } catch (error) {
      throw asUnavailable("A reactor's checkpoint", error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
