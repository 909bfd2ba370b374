import {
  CamelCasePlugin,
  HandleEmptyInListsPlugin,
  Kysely,
  PostgresDialect,
  replaceWithNoncontingentExpression,
  sql,
} from 'kysely';
import pg from 'pg';
import { asUnavailable } from '../../src/database/connection-lost.js';
import { newPool, withOptions } from '../../src/database/connections.js';
import { AppError, ErrorCode } from '../../src/domain/errors.js';
import { isId } from '../../src/domain/ids.js';
import { SYSTEM_TENANT } from '../../src/domain/stream.js';
import { TENANT_SETTING } from './generation-tables.js';
import type { ProjectionVersion } from './projection.js';

/** Times stay text in ISO 8601: what the API gives, without a Date in between. */
const timesAsText: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.TIMESTAMPTZ
      ? (text: string) => `${text.replace(' ', 'T').replace('+00', '')}Z`
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

const POOL = 8;
const READ_TIMEOUT_MS = 5_000;

const open = <Views>(connection: pg.ClientConfig, applicationName: string): Kysely<Views> => {
  const pool = newPool({
    ...withOptions(connection, `-c statement_timeout=${READ_TIMEOUT_MS} -c search_path=read`),
    application_name: applicationName,
    max: POOL,
    connectionTimeoutMillis: 2_000,
    types: timesAsText,
  });
  return new Kysely<Views>({
    dialect: new PostgresDialect({ pool }),
    plugins: [
      new CamelCasePlugin({ maintainNestedObjectKeys: true }),
      // One of none is none, and no syntax error.
      new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression }),
    ],
  });
};

/** Throws `UNAVAILABLE` when PostgreSQL is away. */
const reachable = <T>(read: Promise<T>): Promise<T> =>
  read.catch((error: unknown) => {
    throw asUnavailable('The read models', error);
  });

/** Runs a read as somebody: one tenant, or the platform. Throws `UNAVAILABLE` when PostgreSQL is away. */
export interface Reader<Views> {
  read<T>(query: (db: Kysely<Views>) => Promise<T>): Promise<T>;
}

/**
 * The only way to the read models: by a tenant, whom row-level security holds to its own rows, or as an operator, who
 * sees all. The views that it reads are named in `projections/views.ts`.
 */
export class ReadDatabase<Views> {
  readonly #api: Kysely<Views>;
  readonly #operator: Kysely<Views>;
  readonly #projections: readonly ProjectionVersion[];

  /** Connections as logins `api` and `operator`; the projections at the versions whose views are read. */
  constructor(
    connections: { readonly api: pg.ClientConfig; readonly operator: pg.ClientConfig },
    projections: readonly ProjectionVersion[],
  ) {
    this.#projections = projections;
    this.#api = open(connections.api, 'ledgerline-api');
    this.#operator = open(connections.operator, 'ledgerline-operator');
  }

  /** Throws `BAD_USER_INPUT` for what isn't a tenant's id. */
  forTenant(tenantId: string): Reader<Views> {
    if (!isId('tenant', tenantId) && tenantId !== SYSTEM_TENANT) {
      throw new AppError(ErrorCode.BAD_USER_INPUT, `"${tenantId}" is not a tenant's id.`);
    }
    return {
      read: (query) =>
        reachable(
          this.#api
            .transaction()
            .setAccessMode('read only')
            .execute(async (transaction) => {
              await sql`select set_config(${TENANT_SETTING}, ${tenantId}, true)`.execute(transaction);
              return query(transaction);
            }),
        ),
    };
  }

  forOperator(): Reader<Views> {
    return { read: (query) => reachable(query(this.#operator)) };
  }

  /** How far the live generations of these projections are, the least far; `undefined`: one is at its start. */
  async reached(
    projections: readonly string[],
    compare: (a: string, b: string) => number,
  ): Promise<string | undefined> {
    const read = this.#projections.filter(({ name }) => projections.includes(name));
    const { rows } = await reachable(
      sql<{ position: string | null }>`
        select position from ops.projections
        join unnest(${read.map(({ name }) => name)}::text[], ${read.map(({ version }) => version)}::int[])
          as read (name, version) using (name, version)
        where state = 'live'
      `.execute(this.#api),
    );
    const positions = rows.map(({ position }) => position);
    if (positions.length === 0 || positions.includes(null)) return undefined;
    return (positions as string[]).reduce((a, b) => (compare(a, b) <= 0 ? a : b));
  }

  async close(): Promise<void> {
    await Promise.all([this.#api.destroy(), this.#operator.destroy()]);
  }
}
