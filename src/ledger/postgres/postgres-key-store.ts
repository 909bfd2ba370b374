import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { asUnavailable } from '../../database/connection-lost.js';
import { smallPool } from '../../database/small-pool.js';
import { toBase32 } from '../../domain/ids.js';
import type { KeyKind, KeyOwner, KeyStore, WrappedKey } from '../keys/key-store.js';

const COLUMNS = 'k.key_id, k.tenant_id, k.kind, k.subject_id, k.parent_key_id, k.generation, k.wrapped';

const FIND_CURRENT = `
  select distinct on (k.tenant_id, k.kind, k.subject_id) ${COLUMNS}
  from unnest($1::text[], $2::text[], $3::text[]) as o (tenant_id, kind, subject_id)
  join keys.data_keys k using (tenant_id, kind, subject_id)
  order by k.tenant_id, k.kind, k.subject_id, k.generation desc`;

const FIND_DESTROYED = `
  select distinct subject_id from keys.data_keys where tenant_id = $1 and kind = $2 and wrapped is null`;

const FIND_WITH_PARENTS = `
  with recursive chain as (
    select ${COLUMNS} from keys.data_keys k where k.key_id = any($1::text[])
    union
    select ${COLUMNS} from keys.data_keys k join chain c on k.key_id = c.parent_key_id
  )
  select * from chain`;

const INSERT = `
  insert into keys.data_keys (tenant_id, kind, subject_id, key_id, parent_key_id, generation, wrapped)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bytea[])
  on conflict do nothing
  returning key_id`;

/** The table is rewritten afterwards (`TableRewrites`): until then the old bytes stand in its file. */
const DESTROY = `
  with recursive erased as (
    select k.key_id from keys.data_keys k
    where k.tenant_id = $1 and k.kind = $2 and k.subject_id = $3 and k.generation <= $4
    union
    select k.key_id from keys.data_keys k join erased e on k.parent_key_id = e.key_id
  ), destroyed as (
    update keys.data_keys k set wrapped = null from erased e
    where k.key_id = e.key_id and k.wrapped is not null
    returning 1
  ), tombstone as (
    insert into keys.data_keys (tenant_id, kind, subject_id, generation, key_id)
    select $1, $2, $3, $4, $5
    where not exists (
      select from keys.data_keys k
      where k.tenant_id = $1 and k.kind = $2 and k.subject_id = $3 and k.generation >= $4
    )
    on conflict do nothing
  )
  insert into ops.rewrites (table_name) select 'keys.data_keys' where exists (select from destroyed)
  on conflict (table_name) do update set marks = ops.rewrites.marks + 1`;

interface KeyRow {
  readonly key_id: string;
  readonly tenant_id: string;
  readonly kind: KeyKind;
  readonly subject_id: string;
  readonly parent_key_id: string | null;
  readonly generation: number;
  readonly wrapped: Buffer | null;
}

const isForeignKeyViolation = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '23503';

const wrappedKey = (row: KeyRow): WrappedKey => ({
  keyId: row.key_id,
  tenantId: row.tenant_id,
  kind: row.kind,
  subjectId: row.subject_id,
  parentKeyId: row.parent_key_id,
  generation: row.generation,
  wrapped: row.wrapped,
});

/** The wrapped keys, in schema `keys`. Every method throws `UNAVAILABLE` when PostgreSQL can't be reached. */
export class PostgresKeyStore implements KeyStore {
  readonly #pool: pg.Pool;

  /** `connection`: as role `ledgerline_ledger`. */
  constructor(connection: pg.ClientConfig) {
    this.#pool = smallPool(connection, { purpose: 'keys', max: 2, queryTimeoutMs: 5_000 });
  }

  async findCurrent(owners: readonly KeyOwner[]): Promise<readonly WrappedKey[]> {
    const rows = await this.#query<KeyRow>('find_current_keys', FIND_CURRENT, [
      owners.map((owner) => owner.tenantId),
      owners.map((owner) => owner.kind),
      owners.map((owner) => owner.subjectId),
    ]);
    return rows.map(wrappedKey);
  }

  async findDestroyed({ tenantId, kind }: Omit<KeyOwner, 'subjectId'>): Promise<readonly string[]> {
    const rows = await this.#query<Pick<KeyRow, 'subject_id'>>('find_destroyed_keys', FIND_DESTROYED, [
      tenantId,
      kind,
    ]);
    return rows.map(({ subject_id }) => subject_id);
  }

  async findWithParents(keyIds: readonly string[]): Promise<readonly WrappedKey[]> {
    return (await this.#query<KeyRow>('find_keys', FIND_WITH_PARENTS, [keyIds])).map(wrappedKey);
  }

  async insert(keys: readonly WrappedKey[]): Promise<readonly string[]> {
    const values = [
      keys.map((key) => key.tenantId),
      keys.map((key) => key.kind),
      keys.map((key) => key.subjectId),
      keys.map((key) => key.keyId),
      keys.map((key) => key.parentKeyId),
      keys.map((key) => key.generation),
      keys.map((key) => key.wrapped),
    ];
    const rows = await this.#query<{ key_id: string }>('insert_keys', INSERT, values).catch(
      (error: unknown) => {
        // Another's parent key stayed, so ours isn't there to wrap its child: nothing was inserted.
        if (isForeignKeyViolation(error)) return [];
        throw error;
      },
    );
    return rows.map((row) => row.key_id);
  }

  async destroy({ tenantId, kind, subjectId }: KeyOwner, generation: number): Promise<void> {
    const tombstoneId = toBase32(randomBytes(16));
    await this.#query('destroy_keys', DESTROY, [tenantId, kind, subjectId, generation, tombstoneId]);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #query<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.#pool.query<Row>({ name, text, values })).rows;
    } catch (error) {
      throw asUnavailable('The encryption keys', error);
    }
  }
}
