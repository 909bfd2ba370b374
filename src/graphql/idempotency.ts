import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { newPool } from '../database/connections.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import type { Viewer } from '../identity/viewer.js';

/** A mutation's command: the same for the same key, with the ids that it mints. */
export interface Attempt<Ids> {
  readonly commandId: string;
  readonly ids: Ids;
}

export interface IdempotentRequest<Ids> {
  readonly viewer: Viewer;
  readonly operation: string;
  /** `null`: this request is like no other. */
  readonly key: string | null;
  readonly input: object;
  readonly mint: () => Ids;
}

const KEEP = "interval '24 hours'";

/** Remembers requests by their key before they are carried out: a retry finds the first one's command. */
export class IdempotencyStore {
  readonly #pool: pg.Pool;

  /** `connection`: as login `api`. */
  constructor(connection: pg.ClientConfig) {
    this.#pool = newPool({ ...connection, application_name: 'ledgerline-idempotency', max: 2 });
  }

  /** Throws `IDEMPOTENCY_MISMATCH` when the key was used with another input within 24 hours. */
  async begin<Ids>({ viewer, operation, key, input, mint }: IdempotentRequest<Ids>): Promise<Attempt<Ids>> {
    const fresh = { commandId: randomUUID(), ids: mint() };
    if (key === null) return fresh;
    const hash = createHash('sha256').update(JSON.stringify(input)).digest('base64');
    const scope = [viewer.tenantId ?? '', viewer.userId, operation, key];
    await this.#pool.query(`delete from ops.idempotency where created_at < now() - ${KEEP}`);
    await this.#pool.query(
      `insert into ops.idempotency (tenant_id, actor_id, operation, key, command_id, ids, input_hash)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
      [...scope, fresh.commandId, JSON.stringify(fresh.ids), hash],
    );
    const { rows } = await this.#pool.query<{ command_id: string; ids: Ids; input_hash: string }>(
      `select command_id, ids, input_hash from ops.idempotency
       where tenant_id = $1 and actor_id = $2 and operation = $3 and key = $4`,
      scope,
    );
    const [row] = rows;
    if (row?.input_hash === hash) return { commandId: row.command_id, ids: row.ids };
    throw new AppError(
      ErrorCode.IDEMPOTENCY_MISMATCH,
      `The idempotencyKey "${key}" was used with another input; take a new key for a new request.`,
      { idempotencyKey: key },
    );
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
