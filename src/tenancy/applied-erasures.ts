import type pg from 'pg';
import { asUnavailable } from '../database/connection-lost.js';
import { newClient } from '../database/connections.js';

/** Which of the copied erasures this database knows of. An older backup's doesn't know the later ones. */
export class AppliedErasures {
  readonly #connection: pg.ClientConfig;

  /** `connection`: as login `ledger`. */
  constructor(connection: pg.ClientConfig) {
    this.#connection = connection;
  }

  /** Those of the names that aren't applied. Throws `UNAVAILABLE`. */
  async missing(names: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#query<{ name: string }>(
      `select name from unnest($1::text[]) as name
       where not exists (select from ops.applied_erasures a where a.name = name.name) order by name`,
      [names],
    );
    return rows.map(({ name }) => name);
  }

  async add(names: readonly string[]): Promise<void> {
    await this.#query(
      'insert into ops.applied_erasures (name) select * from unnest($1::text[]) on conflict do nothing',
      [names],
    );
  }

  async #query<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    const client = newClient({ ...this.#connection, application_name: 'ledgerline-erasures' });
    try {
      await client.connect();
      return (await client.query<Row>(text, values)).rows;
    } catch (error) {
      throw asUnavailable('The list of erasures', error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
