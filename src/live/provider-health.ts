import type pg from 'pg';
import { smallPool } from '../database/small-pool.js';
import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import type { CircuitHealth } from '../providers/resilience/breaker.js';
import type { Breakers } from '../providers/resilience/breakers.js';

const EVERY_MS = 5_000;
/** A process that hasn't told anything for so long is gone. */
const GONE_AFTER = "interval '15 seconds'";

export interface WorkerCircuit extends CircuitHealth {
  /** The process: each has circuit breakers of its own. */
  readonly worker: string;
}

export interface ProviderHealthOptions {
  /** As login `ledger`. */
  readonly connection: pg.ClientConfig;
  readonly worker: string;
  readonly breakers: Breakers;
  readonly logger: Logger;
}

interface Row {
  readonly worker: string;
  readonly provider: string;
  readonly capability: CircuitHealth['capability'];
  readonly state: CircuitHealth['state'];
  readonly failures: number;
  readonly last_error: string | null;
  readonly since: Date;
}

/** Tells the other processes how this one's providers are, and asks how theirs are. A write that fails means nothing. */
export class ProviderHealth {
  readonly #options: ProviderHealthOptions;
  readonly #pool: pg.Pool;
  #timer: NodeJS.Timeout | undefined;
  #unlisten = () => {};

  constructor(options: ProviderHealthOptions) {
    this.#options = options;
    this.#pool = smallPool(options.connection, { purpose: 'provider-health', max: 1, queryTimeoutMs: 4_000 });
  }

  start(): void {
    this.#timer = setInterval(() => this.#write(), EVERY_MS);
    this.#unlisten = this.#options.breakers.listen(() => this.#write());
    this.#write();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#unlisten();
    await this.#pool.end();
  }

  /** Of every process that lives. Throws what the database throws. */
  async read(): Promise<readonly WorkerCircuit[]> {
    const { worker, breakers } = this.#options;
    const { rows } = await this.#pool.query<Row>(
      `select worker, provider, capability, state, failures, last_error, since from ops.provider_health
       where worker <> $1 and seen_at > now() - ${GONE_AFTER} order by worker, provider, capability`,
      [worker],
    );
    const own = breakers.health.map((circuit) => ({ worker, ...circuit }));
    const others = rows.map(({ last_error: lastError, since, ...row }) => ({
      ...row,
      lastError,
      sinceMs: since.getTime(),
    }));
    return [...own, ...others];
  }

  #write(): void {
    const { worker, breakers, logger } = this.#options;
    this.#pool
      .query(
        `with gone as (delete from ops.provider_health where seen_at < now() - interval '1 day')
         insert into ops.provider_health
         select $1, provider, capability, state, failures, "lastError", to_timestamp("sinceMs" / 1000), now()
         from jsonb_to_recordset($2::jsonb) as circuit
           (provider text, capability text, state text, failures int, "lastError" text, "sinceMs" float8)
         on conflict (worker, provider, capability) do update set state = excluded.state,
           failures = excluded.failures, last_error = excluded.last_error, since = excluded.since,
           seen_at = excluded.seen_at`,
        [worker, JSON.stringify(breakers.health)],
      )
      .catch((error: unknown) => {
        logger.debug({ error: reasonOf(error) }, "The providers' health could not be told.");
      });
  }
}
