import pg from 'pg';
import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';

const EVERY_MS = 5_000;
/** Long after anybody asks for it. */
const FORGET_AFTER = "interval '1 day'";

/** Tells the other processes that this one lives: its calls are carried. A failed beat alone means nothing. */
export class Heartbeat {
  readonly #pool: pg.Pool;
  readonly #worker: string;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;

  /** `connection`: as login `ledger`. */
  constructor(connection: pg.ClientConfig, worker: string, logger: Logger) {
    this.#pool = new pg.Pool({
      ...connection,
      application_name: 'ledgerline-heartbeat',
      max: 1,
      connectionTimeoutMillis: 2_000,
      query_timeout: 4_000,
    });
    // An idle connection that is lost is replaced at the next beat.
    this.#pool.on('error', () => undefined);
    this.#worker = worker;
    this.#logger = logger;
  }

  async start(): Promise<void> {
    await this.#beat();
    await this.#pool.query(`delete from ops.workers where seen_at < now() - ${FORGET_AFTER}`);
    this.#timer = setInterval(() => {
      this.#beat().catch((error: unknown) => {
        this.#logger.debug({ error: reasonOf(error) }, 'A heartbeat failed.');
      });
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#pool.end();
  }

  async #beat(): Promise<void> {
    await this.#pool.query(
      `insert into ops.workers (worker, seen_at) values ($1, now())
       on conflict (worker) do update set seen_at = excluded.seen_at`,
      [this.#worker],
    );
  }
}
