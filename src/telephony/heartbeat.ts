import type pg from 'pg';
import { smallPool } from '../database/small-pool.js';
import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';

const EVERY_MS = 1_000;
/** A beat that comes so late says that this process was stopped, and maybe the whole machine. */
const LATE_MS = 2_500;
/** Long after anybody asks for it. */
const FORGET_AFTER = "interval '1 day'";
const SEEN_WITHIN = "interval '3 seconds'";
/** More than any process carries; there is no endless number in the table. */
const MAX_PLACES = 100_000;

/** What a process tells the others of itself. */
export interface WorkerLoad {
  readonly calls: number;
  /** It has no room for another call. */
  readonly isOverloaded: boolean;
  /** So many calls it has room for, as far as it knows. */
  readonly places: number;
}

export interface HeartbeatOptions {
  /** As login `ledger`. */
  readonly connection: pg.ClientConfig;
  readonly worker: string;
  readonly load: () => WorkerLoad;
  readonly logger: Logger;
}

/** Tells the other processes that this one lives: its calls are carried. A failed beat alone means nothing. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #pool: pg.Pool;
  #carriesMedia = true;
  #timer: NodeJS.Timeout | undefined;
  #isBeating = false;
  #beatAtMs = Number.NEGATIVE_INFINITY;
  #steadySinceMs: number | null = null;
  #placesElsewhere = 1;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#pool = smallPool(options.connection, { purpose: 'heartbeat', max: 1, queryTimeoutMs: 4_000 });
  }

  /** For so long every beat succeeded: another process that didn't write meanwhile could have, and is gone. */
  get steadyForMs(): number {
    return this.#steadySinceMs === null ? 0 : performance.now() - this.#steadySinceMs;
  }

  /** Whether a live process carries media and isn't overloaded, as of the last beat. */
  get hasRoomElsewhere(): boolean {
    return this.#placesElsewhere > 0;
  }

  /** For how many calls those have room together, as of the last beat. */
  get placesElsewhere(): number {
    return this.#placesElsewhere;
  }

  /** `carriesMedia`: whether calls may come to this process. */
  async start(carriesMedia: boolean): Promise<void> {
    this.#carriesMedia = carriesMedia;
    await this.#beat();
    await this.#pool.query(`delete from ops.workers where seen_at < now() - ${FORGET_AFTER}`);
    this.#timer = setInterval(() => void this.#beatAgain(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#pool.end();
  }

  async #beatAgain(): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      await this.#beat();
    } catch (error) {
      this.#steadySinceMs = null;
      this.#options.logger.debug({ error: reasonOf(error) }, 'A heartbeat failed.');
    } finally {
      this.#isBeating = false;
    }
  }

  async #beat(): Promise<void> {
    const { worker, load } = this.#options;
    const { calls, isOverloaded, places } = load();
    const { rows } = await this.#pool.query<{ places: number }>(
      `with beat as (
         insert into ops.workers (worker, seen_at, carries_media, calls, overloaded, places)
         values ($1, now(), $2, $3, $4, $5)
         on conflict (worker) do update set
           seen_at = excluded.seen_at, carries_media = excluded.carries_media, calls = excluded.calls,
           overloaded = excluded.overloaded, places = excluded.places
       )
       select coalesce(sum(places), 0)::int as places from ops.workers
       where worker <> $1 and carries_media and not overloaded and seen_at > now() - ${SEEN_WITHIN}`,
      [worker, this.#carriesMedia, calls, isOverloaded, Math.min(places, MAX_PLACES)],
    );
    this.#placesElsewhere = rows[0]?.places ?? 1;
    const nowMs = performance.now();
    if (nowMs - this.#beatAtMs > LATE_MS) this.#steadySinceMs = nowMs;
    this.#steadySinceMs ??= nowMs;
    this.#beatAtMs = nowMs;
  }
}
