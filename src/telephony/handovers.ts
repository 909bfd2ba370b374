import type pg from 'pg';
import { asUnavailable } from '../database/connection-lost.js';
import { smallPool } from '../database/small-pool.js';

/** So long a claim holds: the carrier dials the next media socket meanwhile, or something went wrong. */
const HOLDS_FOR = "interval '5 seconds'";
/** Long after the call. */
const FORGET_AFTER = "interval '1 hour'";
/** The carrier asked by itself, which it may do again. */
const CARRIER = 'carrier';

/**
 * Who tells the carrier where a lost call goes on. The carrier asks when a media socket closes, and a watchdog tells it
 * when nobody asked: both at once would break the stream that the first of them began. The ledger needs none of this: it
 * has the same events either way.
 */
export class Handovers {
  readonly #pool: pg.Pool;

  /** `connection`: as login `ledger`. */
  constructor(connection: pg.ClientConfig) {
    this.#pool = smallPool(connection, { purpose: 'handovers', max: 1, queryTimeoutMs: 2_000 });
  }

  /** The carrier asks for `attempt`'s stream. `false`: a watchdog is just telling it. Throws `UNAVAILABLE`. */
  claimForCarrier(callId: string, attempt: number): Promise<boolean> {
    return this.#claim(callId, attempt, CARRIER);
  }

  /** `false`: somebody else tells the carrier, or just told it. Throws `UNAVAILABLE`. */
  claim(callId: string, attempt: number, worker: string): Promise<boolean> {
    return this.#claim(callId, attempt, worker);
  }

  /** The carrier couldn't be told: somebody may try again at once. Throws `UNAVAILABLE`. */
  async release(callId: string, attempt: number, worker: string): Promise<void> {
    await this.#query('delete from ops.handovers where call_id = $1 and attempt = $2 and worker = $3', [
      callId,
      attempt,
      worker,
    ]);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #claim(callId: string, attempt: number, by: string): Promise<boolean> {
    const claimed = await this.#query(
      `with forgotten as (delete from ops.handovers where claimed_at < now() - ${FORGET_AFTER})
         insert into ops.handovers as held (call_id, attempt, worker, claimed_at) values ($1, $2, $3, now())
         on conflict (call_id, attempt) do update set worker = excluded.worker, claimed_at = excluded.claimed_at
         where held.claimed_at < now() - ${HOLDS_FOR} or (held.worker = '${CARRIER}' and excluded.worker = '${CARRIER}')`,
      [callId, attempt, by],
    );
    return claimed === 1;
  }

  /** How many rows it touched. */
  async #query(text: string, values: readonly unknown[]): Promise<number> {
    try {
      return (await this.#pool.query(text, [...values])).rowCount ?? 0;
    } catch (error) {
      throw asUnavailable('Who tells the carrier', error);
    }
  }
}
