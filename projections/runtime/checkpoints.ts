import type pg from 'pg';
import { AppError, ErrorCode } from '../../src/domain/errors.js';
import type { Poison } from './batch-fold.js';
import type { ProjectionVersion } from './projection.js';

/** `building`: filled beside the live one. `live`: the views show it. */
export type GenerationState = 'building' | 'live';

export interface Checkpoint {
  readonly generation: number;
  readonly state: GenerationState;
  /** The last position that is applied; `undefined`: none. */
  readonly position: string | undefined;
  /** The event that stood there; `undefined`: none, or one of before this was kept. */
  readonly eventId: string | undefined;
  /** How often a parked stream was taken back into it. */
  readonly unparked: number;
}

interface CheckpointRow {
  readonly generation: number;
  readonly state: GenerationState;
  readonly position: string | null;
  readonly eventId: string | null;
  readonly unparked: number;
}

const SELECT =
  'select generation, state, position, event_id as "eventId", unparked from ops.projections where name = $1 and version = $2';

/** Every generation of a projection, oldest first. `lock`: nobody else moves them until the transaction ends. */
export const readCheckpoints = async (
  client: pg.ClientBase,
  { name, version }: ProjectionVersion,
  { lock = false } = {},
): Promise<readonly Checkpoint[]> => {
  const { rows } = await client.query<CheckpointRow>(
    `${SELECT} order by generation ${lock ? 'for update' : ''}`,
    [name, version],
  );
  return rows.map((row) => ({
    ...row,
    position: row.position ?? undefined,
    eventId: row.eventId ?? undefined,
  }));
};

export const insertCheckpoint = async (
  client: pg.ClientBase,
  { name, version }: ProjectionVersion,
  { generation, state, position, eventId, unparked }: Checkpoint,
): Promise<void> => {
  await client.query(
    `insert into ops.projections (name, version, generation, state, position, event_id, unparked)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [name, version, generation, state, position, eventId, unparked],
  );
};

export const deleteCheckpoint = async (
  client: pg.ClientBase,
  { name, version }: ProjectionVersion,
  generation: number,
): Promise<void> => {
  await client.query('delete from ops.projections where name = $1 and version = $2 and generation = $3', [
    name,
    version,
    generation,
  ]);
};

/** It stays beside the live one until it's promoted or dropped, also when this process ends. */
export const markHeld = async (
  client: pg.ClientBase,
  { name, version }: ProjectionVersion,
  generation: number,
): Promise<void> => {
  await client.query(
    'update ops.projections set held = true where name = $1 and version = $2 and generation = $3',
    [name, version, generation],
  );
};

/** Generations that were being built when their process died. To be asked by who has the lock of rebuilds. */
export const readInterrupted = async (
  client: pg.ClientBase,
  { name, version }: ProjectionVersion,
): Promise<readonly number[]> => {
  const { rows } = await client.query<{ generation: number }>(
    "select generation from ops.projections where name = $1 and version = $2 and state = 'building' and not held",
    [name, version],
  );
  return rows.map(({ generation }) => generation);
};

export const makeLive = async (
  client: pg.ClientBase,
  { name, version }: ProjectionVersion,
  generation: number,
): Promise<void> => {
  await client.query(
    "update ops.projections set state = 'live' where name = $1 and version = $2 and generation = $3",
    [name, version, generation],
  );
};

export interface CheckpointMove {
  readonly generation: { readonly projection: ProjectionVersion };
  readonly from: Checkpoint;
  readonly to: { readonly position: string; readonly eventId: string };
  /** How many events on the way are of types that this program doesn't know: written by a newer one. */
  readonly skipped: number;
  /** The batch before this one: its own duration is known only when it's committed. */
  readonly before: BatchMeasure | null;
}

/** What a transaction of a generation was like, which it may have shared with others. */
export interface BatchMeasure {
  readonly events: number;
  readonly ms: number;
}

/**
 * Moves checkpoints, each fenced by its old position: throws `CONFLICT` when another process moved one, another generation
 * took its place, or a parked stream was taken back; then nothing of this batch may be committed.
 */
export const moveCheckpoints = async (
  client: pg.ClientBase,
  moves: readonly CheckpointMove[],
): Promise<void> => {
  if (moves.length === 0) return;
  const { rows } = await client.query<{ at: number }>({
    name: 'move_checkpoints',
    text: `update ops.projections p set position = v.after, event_id = v.event_id, waits_for = null,
       skipped_events = p.skipped_events + v.skipped,
       batch_events = coalesce(v.batch_events, p.batch_events), batch_ms = coalesce(v.batch_ms, p.batch_ms)
     from unnest($1::text[], $2::int[], $3::int[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::int[], $9::int[], $10::real[])
       with ordinality as v (name, version, generation, before, after, event_id, unparked, skipped, batch_events, batch_ms, at)
     where p.name = v.name and p.version = v.version and p.generation = v.generation
       and p.position is not distinct from v.before and p.unparked = v.unparked
     returning v.at::int`,
    values: [
      moves.map(({ generation }) => generation.projection.name),
      moves.map(({ generation }) => generation.projection.version),
      moves.map(({ from }) => from.generation),
      moves.map(({ from }) => from.position ?? null),
      moves.map(({ to }) => to.position),
      moves.map(({ to }) => to.eventId),
      moves.map(({ from }) => from.unparked),
      moves.map(({ skipped }) => skipped),
      moves.map(({ before }) => before?.events ?? null),
      moves.map(({ before }) => before?.ms ?? null),
    ],
  });
  const moved = new Set(rows.map(({ at }) => at - 1));
  const refused = moves.find((_, at) => !moved.has(at));
  if (!refused) return;
  const { name, version } = refused.generation.projection;
  const { generation, position } = refused.from;
  throw new AppError(
    ErrorCode.CONFLICT,
    `Projection ${name}, version ${version}, generation ${generation} is no longer at ${position ?? 'its start'}, or has other streams: another process changed it.`,
    { name, version, generation },
  );
};

/** The projection stands still until a newer program feeds it, which moves its checkpoint. `reason` says why, for people. */
export const markWaiting = async (
  client: pg.ClientBase,
  { name, version }: ProjectionVersion,
  reason: string,
): Promise<void> => {
  await client.query(
    `update ops.projections set waits_for = $3
     where name = $1 and version = $2 and state = 'live' and waits_for is distinct from $3`,
    [name, version, reason],
  );
};

/** The streams that a generation leaves out, since their event at `position` can't be applied. */
export const readParked = async (
  client: pg.ClientBase,
  { name, version }: ProjectionVersion,
  generation: number,
): Promise<ReadonlySet<string>> => {
  const { rows } = await client.query<{ stream_name: string }>(
    'select stream_name from ops.parked_streams where name = $1 and version = $2 and generation = $3',
    [name, version, generation],
  );
  return new Set(rows.map((row) => row.stream_name));
};

export const park = async (
  client: pg.ClientBase,
  { name, version }: ProjectionVersion,
  generation: number,
  { stream, position, error }: Poison,
): Promise<void> => {
  await client.query(
    `insert into ops.parked_streams (name, version, generation, stream_name, position, error)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [name, version, generation, stream, position, error],
  );
};

/** A stream that was parked is in the tables again; whoever feeds them finds out at the next checkpoint. */
export const unpark = async (
  client: pg.ClientBase,
  { name, version }: ProjectionVersion,
  generation: number,
  stream: string,
): Promise<void> => {
  await client.query(
    'delete from ops.parked_streams where name = $1 and version = $2 and generation = $3 and stream_name = $4',
    [name, version, generation, stream],
  );
  await client.query(
    'update ops.projections set unparked = unparked + 1 where name = $1 and version = $2 and generation = $3',
    [name, version, generation],
  );
};
