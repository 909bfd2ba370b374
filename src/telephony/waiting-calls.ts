import type pg from 'pg';
import { asUnavailable } from '../database/connection-lost.js';
import { smallPool } from '../database/small-pool.js';

/** Why there was no line: the platform had none, or the tenant has as many calls as it may. */
export type WaitsFor = 'busy' | 'call_limit';

/** A call that asks for a line. */
export interface AskingCall {
  readonly tenantId: string;
  readonly callId: string;
  /** So long it has waited, by what the carrier knows; 0: it just came. Counts only where the table has forgotten the call. */
  readonly waitedMs: number;
}

/** Those who came before a call and still wait. */
export interface WaitingBefore {
  /** Of its tenant, whatever they wait for: each of them takes one of the tenant's lines. */
  readonly ofTenant: number;
  /** Of all tenants, for a place in a process. Who waits for its tenant's limit keeps nobody from those. */
  readonly forPlace: number;
}

export const NOBODY_BEFORE: WaitingBefore = { ofTenant: 0, forPlace: 0 };

export interface WaitingCall extends AskingCall {
  readonly waitsFor: WaitsFor;
  /** The process that it asked had no place for anybody. */
  readonly isFullHere: boolean;
  /** Whoever hasn't asked again by then has hung up. */
  readonly goneAfterMs: number;
}

const MS = "interval '1 millisecond'";

/**
 * Who waits for a line, in the order in which they came, over all processes. All times are PostgreSQL's. Everything throws
 * `UNAVAILABLE`.
 */
export class WaitingCalls {
  readonly #pool: pg.Pool;
  readonly #worker: string;

  /** `connection`: as login `ledger`. `worker`: this process. */
  constructor(connection: pg.ClientConfig, worker: string) {
    // The caller hears nothing meanwhile.
    this.#pool = smallPool(connection, { purpose: 'waiting-calls', max: 2, queryTimeoutMs: 1_000 });
    this.#worker = worker;
  }

  /**
   * `openForMs`: for so long this process has had a place. Who asked another one since, and found it full, could have had
   * that place and isn't here: it must not stay empty until the carrier happens to send them.
   */
  async before({ tenantId, callId, waitedMs }: AskingCall, openForMs: number): Promise<WaitingBefore> {
    const { rows } = await this.#query<WaitingBefore>(
      `with own as (
         select coalesce(
           (select since from ops.waiting_calls where call_id = $1), now() - $2::float8 * ${MS}
         ) as since
       )
       select count(*) filter (where tenant_id = $3)::int as "ofTenant",
              count(*) filter (where waits_for = 'busy')::int as "forPlace"
       from ops.waiting_calls as other, own
       where other.gone_at > now() and (other.since, other.call_id) < (own.since, $1)
         and (other.full_at is null or other.worker = $5 or other.full_at < now() - $4::float8 * ${MS})`,
      [callId, waitedMs, tenantId, openForMs, this.#worker],
    );
    return rows[0] ?? NOBODY_BEFORE;
  }

  /** Keeps the call's place in the line, or gives it one. */
  async wait(call: WaitingCall): Promise<void> {
    const { tenantId, callId, waitedMs, waitsFor, isFullHere, goneAfterMs } = call;
    await this.#query(
      `with gone as (delete from ops.waiting_calls where gone_at < now() and call_id <> $1)
       insert into ops.waiting_calls (call_id, tenant_id, waits_for, since, worker, full_at, gone_at)
       values ($1, $2, $3, now() - $4::float8 * ${MS}, $5, case when $6 then now() end, now() + $7::float8 * ${MS})
       on conflict (call_id) do update set
         waits_for = excluded.waits_for, worker = excluded.worker, full_at = excluded.full_at,
         gone_at = excluded.gone_at`,
      [callId, tenantId, waitsFor, waitedMs, this.#worker, isFullHere, goneAfterMs],
    );
  }

  /** It has a line, or waits no more. */
  async leave(callId: string): Promise<void> {
    await this.#query('delete from ops.waiting_calls where call_id = $1', [callId]);
  }

  async has(callId: string): Promise<boolean> {
    const { rows } = await this.#query('select from ops.waiting_calls where call_id = $1', [callId]);
    return rows.length > 0;
  }

  /** Those who asked this process last: the sum over all processes is the line. */
  async countHere(): Promise<number> {
    const { rows } = await this.#query<{ count: number }>(
      'select count(*)::int as count from ops.waiting_calls where worker = $1 and gone_at > now()',
      [this.#worker],
    );
    return rows[0]?.count ?? 0;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]) {
    try {
      return await this.#pool.query<Row>(text, [...values]);
    } catch (error) {
      throw asUnavailable('Who waits for a line', error);
    }
  }
}
