import type pg from 'pg';
import { asUnavailable } from '../database/connection-lost.js';
import { smallPool } from '../database/small-pool.js';

/** A call that the carrier is to be told to end. */
export interface WantedEnd {
  /** The call's. */
  readonly stream: string;
  /** How often somebody has tried, this time counted. */
  readonly attempts: number;
}

/** Nobody else tries meanwhile; who died at it is followed then. Two at once would do no harm. */
const HELD_FOR = "interval '10 seconds'";
/** 1, 2, 4, then 5 s. */
const PAUSE = "least(5, 2 ^ least(attempts - 1, 3)) * interval '1 second'";

/**
 * The calls that are to end, over all processes, and when each is tried again: one that the carrier refuses to end keeps no
 * other waiting. Everything throws `UNAVAILABLE`.
 */
export class WantedEnds {
  readonly #pool: pg.Pool;

  /** `connection`: as login `ledger`. */
  constructor(connection: pg.ClientConfig) {
    this.#pool = smallPool(connection, { purpose: 'wanted-ends', max: 2, queryTimeoutMs: 2_000 });
  }

  /** Due at once; one that is known keeps its time. */
  async add(stream: string): Promise<void> {
    await this.#query('insert into ops.wanted_ends (stream) values ($1) on conflict do nothing', [stream]);
  }

  /** Those that are due, and whom nobody else tries: so many at most, the longest due first. */
  async claim(atMost: number): Promise<readonly WantedEnd[]> {
    const { rows } = await this.#query<WantedEnd>(
      `update ops.wanted_ends set attempts = attempts + 1, next_at = now() + ${HELD_FOR}
       where stream in (
         select stream from ops.wanted_ends where next_at <= now()
         order by next_at limit $1 for update skip locked
       )
       returning stream, attempts`,
      [atMost],
    );
    return rows;
  }

  /** It couldn't be ended now: the more often, the longer until the next time. */
  async postpone(stream: string): Promise<void> {
    await this.#query(`update ops.wanted_ends set next_at = now() + ${PAUSE} where stream = $1`, [stream]);
  }

  /** It has ended. */
  async remove(stream: string): Promise<void> {
    await this.#query('delete from ops.wanted_ends where stream = $1', [stream]);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]) {
    try {
      return await this.#pool.query<Row>(text, [...values]);
    } catch (error) {
      throw asUnavailable('Which calls are to end', error);
    }
  }
}
