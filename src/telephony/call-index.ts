import type pg from 'pg';
import { asUnavailable } from '../database/connection-lost.js';
import { smallPool } from '../database/small-pool.js';

/** Whose a call is: webhooks name it by its CallSid only, and the number that was called may change hands meanwhile. */
export class CallIndex {
  readonly #pool: pg.Pool;

  /** `connection`: as login `ledger`. */
  constructor(connection: pg.ClientConfig) {
    this.#pool = smallPool(connection, { purpose: 'call-index', max: 2, queryTimeoutMs: 5_000 });
  }

  /** Remembers a call's tenant; the first to say it is right. Throws `UNAVAILABLE`. */
  async remember(callId: string, tenantId: string): Promise<void> {
    await this.#query(
      'insert into ops.call_tenants (call_id, tenant_id) values ($1, $2) on conflict (call_id) do nothing',
      [callId, tenantId],
    );
  }

  /** `null`: no such call. Throws `UNAVAILABLE`. */
  async tenantOf(callId: string): Promise<string | null> {
    const rows = await this.#query('select tenant_id from ops.call_tenants where call_id = $1', [callId]);
    return rows[0]?.tenant_id ?? null;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #query(text: string, values: unknown[]): Promise<{ tenant_id: string }[]> {
    try {
      return (await this.#pool.query<{ tenant_id: string }>(text, values)).rows;
    } catch (error) {
      throw asUnavailable('The index of calls', error);
    }
  }
}
