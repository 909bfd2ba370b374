import type pg from 'pg';
import { asUnavailable } from '../../database/connection-lost.js';
import { newClient } from '../../database/connections.js';

/** An event of the ledger, and where it stands. `eventId` is `null` where it was written before this was kept. */
export interface Reached {
  readonly position: string;
  readonly eventId: string | null;
}

/** Up to where a reactor has seen the ledger. Where it's lost, the reactor sees everything again, and does nothing twice. */
export interface ReactorCheckpoint {
  /** `undefined`: nothing yet. */
  read(): Promise<Reached | undefined>;
  write(reached: Reached): Promise<void>;
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

  async read(): Promise<Reached | undefined> {
    const [row] = await this.#query<{ position: string; eventId: string | null }>(
      'select position, event_id as "eventId" from ops.reactors where name = $1',
      [],
    );
    return row;
  }

  async write({ position, eventId }: Reached): Promise<void> {
    await this.#query(
      `insert into ops.reactors (name, position, event_id) values ($1, $2, $3)
       on conflict (name) do update set position = excluded.position, event_id = excluded.event_id`,
      [position, eventId],
    );
  }

  /** It's asked for seldom: a connection each time is none that is lost in between. */
  async #query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly (string | null)[],
  ): Promise<Row[]> {
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
