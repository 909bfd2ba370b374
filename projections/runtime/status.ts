import type pg from 'pg';
import { asUnavailable } from '../../src/database/connection-lost.js';
import { newPool } from '../../src/database/connections.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { REBUILD_LOCK } from './generations.js';
import type { Projection } from './projection.js';

export interface ParkedStream {
  readonly stream: string;
  /** Of the event that can't be applied. */
  readonly position: string;
  readonly error: string;
  /** ISO 8601. */
  readonly parkedAt: string;
}

/** A generation of a projection, and how far behind the ledger it is. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  /** `needs_upgrade`: the live one, standing still before an event of a newer version than its process knows. */
  readonly state: 'live' | 'building' | 'needs_upgrade';
  /** Which event that is, for people. */
  readonly waitsFor: string | null;
  /** `null`: nothing is applied yet. */
  readonly position: string | null;
  /** What isn't applied yet: exact to 10,000, which may be more. */
  readonly lagEvents: number;
  /** How long the oldest of those has been stored; 0: there is none. */
  readonly lagMs: number;
  /** 0 to 100, by positions. */
  readonly percent: number;
  /** Events that it passed and that the program which feeds it didn't know: a rebuild by one that does shows them. */
  readonly skippedEvents: number;
  /** The transaction before its last one, which it may have shared with others; `null`: there was none. */
  readonly batchEvents: number | null;
  readonly batchMs: number | null;
  readonly parked: readonly ParkedStream[];
  /** It was left beside the live one on purpose. */
  readonly isHeld: boolean;
  /** Somebody rebuilds this projection now, or promotes or drops what a rebuild left. */
  readonly isRebuilding: boolean;
}

const MAX_COUNTED = 10_000;

type Row = Omit<ProjectionStatus, 'lagEvents' | 'lagMs' | 'percent'>;

const CONNECT_TIMEOUT_MS = 2_000;

/** Where `readStatus` reads: one connection, kept while it's asked again and again. `connection`: as login `operator`. */
export const statusPool = (connection: pg.ClientConfig): pg.Pool =>
  newPool({
    ...connection,
    application_name: 'ledgerline-status',
    max: 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });

/** `readStatus` for who asks once. `connection`: as login `operator`. */
export const projectionStatus = async (
  projections: readonly Projection[],
  { ledger, connection }: { readonly ledger: Ledger; readonly connection: pg.ClientConfig },
): Promise<readonly ProjectionStatus[]> => {
  const pool = statusPool(connection);
  try {
    return await readStatus(projections, { ledger, pool });
  } finally {
    await pool.end();
  }
};

/** Every generation of these projections, the live one first. Throws `UNAVAILABLE`. */
export const readStatus = async (
  projections: readonly Projection[],
  { ledger, pool }: { readonly ledger: Ledger; readonly pool: pg.Pool },
): Promise<readonly ProjectionStatus[]> => {
  const rows = (await readRows(pool)).filter(({ name, version }) =>
    projections.some((known) => known.name === name && known.version === version),
  );
  const order = (name: string) => projections.findIndex((projection) => projection.name === name);
  const head = await ledger.store.head();
  const lags = new Map<string | null, Promise<Lag>>();
  return Promise.all(
    rows
      .toSorted((a, b) => order(a.name) - order(b.name))
      .map(async (row) => {
        const lag = lags.get(row.position) ?? lagOf(ledger, row.position);
        lags.set(row.position, lag);
        return { ...row, ...(await lag), percent: percentOf(row.position, head) };
      }),
  );
};

const readRows = async (pool: pg.Pool): Promise<readonly Row[]> => {
  try {
    // Before the rows: whoever has let go by now, what it did is among them.
    const rebuilding = await readRebuilding(pool);
    const { rows } = await pool.query<Omit<Row, 'isRebuilding'>>(
      `select p.name, p.version, p.generation, p.position, p.waits_for as "waitsFor",
              case when p.waits_for is null then p.state else 'needs_upgrade' end as state,
              coalesce(json_agg(json_build_object('stream', s.stream_name, 'position', s.position, 'error', s.error,
                                                  'parkedAt', to_char(s.parked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
                       filter (where s.stream_name is not null), '[]') as parked, p.held as "isHeld",
              p.skipped_events as "skippedEvents", p.batch_events as "batchEvents", p.batch_ms as "batchMs"
       from ops.projections p left join ops.parked_streams s using (name, version, generation)
       group by p.name, p.version, p.generation order by p.name, p.state desc, p.generation`,
    );
    return rows.map((row) => ({ ...row, isRebuilding: rebuilding.has(row.name) }));
  } catch (error) {
    throw asUnavailable('The read models', error);
  }
};

/** Names of projections. PostgreSQL shows a lock by one number as the two halves of that number. */
const readRebuilding = async (pool: pg.Pool): Promise<ReadonlySet<string>> => {
  const { rows } = await pool.query<{ name: string }>(
    `select distinct p.name from ops.projections p join pg_locks l
       on (l.classid::bigint << 32) | l.objid::bigint = hashtext($1 || p.name)::bigint
     where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
       and l.database = (select oid from pg_database where datname = current_database())`,
    [REBUILD_LOCK],
  );
  return new Set(rows.map(({ name }) => name));
};

type Lag = Pick<ProjectionStatus, 'lagEvents' | 'lagMs'>;

const lagOf = async ({ store }: Ledger, position: string | null): Promise<Lag> => {
  let lagEvents = 0;
  let oldest: string | undefined;
  for await (const { events } of store.readAll(position === null ? {} : { from: position })) {
    const missing = events.filter((event) => event.position !== position);
    oldest ??= missing[0]?.createdAt;
    lagEvents += missing.length;
    if (lagEvents >= MAX_COUNTED) break;
  }
  const lagMs = oldest === undefined ? 0 : Math.max(0, Date.now() - Date.parse(oldest));
  return { lagEvents: Math.min(lagEvents, MAX_COUNTED), lagMs };
};

/** How far a position is on the way to the head, 0 to 100. Every store's positions are decimal numbers, if not dense. */
export const percentOf = (position: string | null, head: string | undefined): number => {
  if (head === undefined) return 100;
  if (position === null) return 0;
  return Math.min(100, Math.floor(Number((BigInt(position) * 10_000n) / BigInt(head)) / 100));
};
