import type pg from 'pg';
import { listOpenCalls } from '../../projections/calls/queries.js';
import type { ReadModels } from '../../projections/views.js';
import { asUnavailable } from '../database/connection-lost.js';
import { smallPool } from '../database/small-pool.js';

/** Older ones are in the read models, with their media, or never came to anything. */
const NEW_FOR = "interval '60 seconds'";
/** An advisory lock's first half: the second is the tenant's. */
const LOCK = 0x51075;

export interface SlotRequest {
  readonly tenantId: string;
  readonly callId: string;
  /** Calls at a time. */
  readonly limit: number;
}

/**
 * The calls of tenants with a limit, over all processes: those that the read models show as open, and those that were let
 * in so lately that they may not be there yet. Nobody gives a slot back, so that none can be lost: it counts while its call
 * is open, and a call that nobody carries any more is ended by who looks for such.
 */
export class CallSlots {
  readonly #pool: pg.Pool;
  readonly #readModels: ReadModels;

  /** `connection`: as login `ledger`. */
  constructor(connection: pg.ClientConfig, readModels: ReadModels) {
    this.#pool = smallPool(connection, { purpose: 'call-slots', max: 2, queryTimeoutMs: 2_000 });
    this.#readModels = readModels;
  }

  /** `false`: the tenant has as many calls as it may. One after the other for each tenant. Throws `UNAVAILABLE`. */
  async take(request: SlotRequest): Promise<boolean> {
    let client: pg.PoolClient | undefined;
    try {
      client = await this.#pool.connect();
      await client.query('begin');
      const isTaken = await this.#take(client, request);
      await client.query('commit');
      client.release();
      return isTaken;
    } catch (error) {
      // With its transaction.
      client?.release(true);
      throw asUnavailable('The calls of a tenant', error);
    }
  }

  /** Whether the tenant has one left, which isn't taken. Throws `UNAVAILABLE`. */
  async hasFree(request: SlotRequest): Promise<boolean> {
    try {
      return await this.#hasFree(this.#pool, request);
    } catch (error) {
      throw asUnavailable('The calls of a tenant', error);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #take(client: pg.PoolClient, request: SlotRequest): Promise<boolean> {
    const { tenantId, callId } = request;
    await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [LOCK, tenantId]);
    await client.query(`delete from ops.call_slots where tenant_id = $1 and taken_at < now() - ${NEW_FOR}`, [
      tenantId,
    ]);
    if (!(await this.#hasFree(client, request))) return false;
    await client.query(
      'insert into ops.call_slots (call_id, tenant_id, taken_at) values ($1, $2, now()) on conflict do nothing',
      [callId, tenantId],
    );
    return true;
  }

  async #hasFree(
    client: pg.Pool | pg.PoolClient,
    { tenantId, callId, limit }: SlotRequest,
  ): Promise<boolean> {
    const slots = await client.query<{ call_id: string }>(
      `select call_id from ops.call_slots where tenant_id = $1 and taken_at >= now() - ${NEW_FOR}`,
      [tenantId],
    );
    const newCalls = slots.rows.map(({ call_id }) => call_id);
    const open = await listOpenCalls(this.#readModels.forOperator(), tenantId, newCalls);
    return open.filter((other) => other !== callId).length < limit;
  }
}
