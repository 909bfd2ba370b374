import type pg from 'pg';
import { asUnavailable } from './connection-lost.js';
import { newClient } from './connections.js';

/** Which object store is this database's. Every method throws `UNAVAILABLE`. */
export class KnownObjectStore {
  readonly #connection: pg.ClientConfig;

  /** `connection`: as login `ledger`. */
  constructor(connection: pg.ClientConfig) {
    this.#connection = connection;
  }

  /** `null`: none is kept. */
  async read(): Promise<string | null> {
    return this.#query('select id from keys.object_store');
  }

  /** Of several who keep one the first does. Returns what is kept. */
  async keep(id: string): Promise<string> {
    // A conflict that updates nothing would return nothing.
    const text = `insert into keys.object_store (id) values ($1)
      on conflict (single) do update set single = true returning id`;
    return (await this.#query(text, [id])) ?? id;
  }

  async replace(id: string): Promise<void> {
    await this.#query(
      'insert into keys.object_store (id) values ($1) on conflict (single) do update set id = excluded.id',
      [id],
    );
  }

  async #query(text: string, values: unknown[] = []): Promise<string | null> {
    const client = newClient({ ...this.#connection, application_name: 'ledgerline-objects' });
    try {
      await client.connect();
      const { rows } = await client.query<{ id: string }>(text, values);
      return rows[0]?.id ?? null;
    } catch (error) {
      throw asUnavailable("The object store's id", error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
