import { Kysely, Migrator, PostgresDialect } from 'kysely';
import pg from 'pg';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import { connectionTo, newClient, newPool, withOptions } from './connections.js';
import {
  type InstallationKeys,
  keepKeyChecks,
  markInstallation,
  refuseOtherInstallation,
  refuseOtherKeys,
} from './key-check.js';
import { ledgerMigration } from './migrations/0001-ledger.js';
import { keysMigration } from './migrations/0002-keys.js';
import { opsMigration } from './migrations/0003-ops.js';
import { unparkedMigration } from './migrations/0004-unparked.js';
import { erasureMigration } from './migrations/0005-erasure.js';
import { appliedErasuresMigration } from './migrations/0006-applied-erasures.js';
import { waitsForMigration } from './migrations/0007-waits-for.js';
import { reactorsMigration } from './migrations/0008-reactors.js';
import { heldGenerationsMigration } from './migrations/0009-held-generations.js';
import { appendAllMigration } from './migrations/0010-append-all.js';
import { workersMigration } from './migrations/0011-workers.js';
import { providerHealthMigration } from './migrations/0012-provider-health.js';
import { keyChecksMigration } from './migrations/0013-key-checks.js';
import { projectionCountsMigration } from './migrations/0014-projection-counts.js';
import { checkpointEventsMigration } from './migrations/0015-checkpoint-events.js';
import { objectStoreMigration } from './migrations/0016-object-store.js';
import { waitingCallsMigration } from './migrations/0017-waiting-calls.js';
import { wantedEndsMigration } from './migrations/0018-wanted-ends.js';
import { type DatabaseLogin, databaseLogins, loginConfig, loginPassword, OWNER_ROLE } from './roles.js';

/** In order, and never changed once released. Read models are not here: they are rebuilt instead. */
const migrations = {
  '0001-ledger': ledgerMigration,
  '0002-keys': keysMigration,
  '0003-ops': opsMigration,
  '0004-unparked': unparkedMigration,
  '0005-erasure': erasureMigration,
  '0006-applied-erasures': appliedErasuresMigration,
  '0007-waits-for': waitsForMigration,
  '0008-reactors': reactorsMigration,
  '0009-held-generations': heldGenerationsMigration,
  '0010-append-all': appendAllMigration,
  '0011-workers': workersMigration,
  '0012-provider-health': providerHealthMigration,
  '0013-key-checks': keyChecksMigration,
  '0014-projection-counts': projectionCountsMigration,
  '0015-checkpoint-events': checkpointEventsMigration,
  '0016-object-store': objectStoreMigration,
  '0017-waiting-calls': waitingCallsMigration,
  '0018-wanted-ends': wantedEndsMigration,
};

/** Processes that start together prepare one after the other. */
const PREPARE_LOCK = 0x1ed6e12;

export interface DatabaseAccess extends InstallationKeys {
  /** May create roles and schemas; used for preparing only. */
  readonly adminUrl: string;
  /** Refuses a database without a ledger, in place of making one. */
  readonly mustExist?: boolean;
}

/**
 * Makes the roles and schemas, and migrates what isn't a read model. Safe to run at every start and by several processes.
 * Throws `UNAVAILABLE` naming what to do when the server can't be reached or the user may not do it, `BAD_USER_INPUT` for
 * another key than the database's and where a ledger must exist and doesn't, and refuses logins that row-level security doesn't bind.
 */
export const prepareDatabase = async (access: DatabaseAccess): Promise<void> => {
  const admin = newClient({ connectionString: access.adminUrl, application_name: 'ledgerline-prepare' });
  await admin.connect().catch((cause: unknown) => {
    throw new AppError(
      ErrorCode.UNAVAILABLE,
      `PostgreSQL can't be reached (${messageOf(cause)}); check DATABASE_URL.`,
      {},
      { cause },
    );
  });
  try {
    await admin.query('select pg_advisory_lock($1)', [PREPARE_LOCK]);
    await requireUtf8(admin);
    if (access.mustExist) await requireLedger(admin);
    await refuseOtherKeys(admin, access);
    await refuseOtherInstallation(admin, OWNER_ROLE, access);
    await createRoles(admin, access);
    await migrate(access.adminUrl);
    await keepKeyChecks(admin, access);
    await markInstallation(admin, OWNER_ROLE, access);
    await refuseUnboundLogins(admin);
  } finally {
    await admin.end();
  }
};

const requireUtf8 = async (admin: pg.Client): Promise<void> => {
  const { rows } = await admin.query<{ encoding: string }>(
    'select pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()',
  );
  if (rows[0]?.encoding !== 'UTF8') {
    throw new AppError(
      ErrorCode.UNAVAILABLE,
      `The database's encoding is ${rows[0]?.encoding}; create one with encoding UTF8.`,
    );
  }
};

const requireLedger = async (admin: pg.Client): Promise<void> => {
  const { rowCount } = await admin.query("select where to_regclass('ledger.events') is not null");
  if (rowCount === 1) return;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `There is no ledger in the database "${admin.database}": name an installation's by DATABASE_URL or DATA_DIR; "ledgerline serve" makes a new one there.`,
  );
};

const createRoles = async (admin: pg.Client, access: DatabaseAccess): Promise<void> => {
  const database = pg.escapeIdentifier(admin.database ?? 'postgres');
  try {
    await createRole(admin, OWNER_ROLE, 'nologin');
    for (const login of Object.values(databaseLogins)) await createRole(admin, login, 'login');
    for (const login of Object.keys(databaseLogins) as DatabaseLogin[])
      await ensureLogin(admin, access, login);
    await admin.query(`grant ${OWNER_ROLE}, ${databaseLogins.projector} to current_user`);
    // Migrations run as the owner, whose the keys' table isn't.
    await admin.query(`grant ${databaseLogins.ledger} to ${OWNER_ROLE}`);
    await admin.query(`grant create on database ${database} to ${OWNER_ROLE}`);
    await admin.query(`create schema if not exists read authorization ${databaseLogins.projector}`);
    await admin.query(`grant usage on schema read to ${databaseLogins.api}, ${databaseLogins.operator}`);
  } catch (cause) {
    throw new AppError(
      ErrorCode.UNAVAILABLE,
      `The database user "${admin.user}" may not prepare the roles and schemas (${messageOf(cause)}); it needs CREATEROLE and CREATE on the database.`,
      {},
      { cause },
    );
  }
};

const createRole = async (admin: pg.Client, name: string, login: 'login' | 'nologin'): Promise<void> => {
  const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [name]);
  if (rowCount === 0) await admin.query(`create role ${name} ${login} nosuperuser nobypassrls`);
};

/** Sets the password only where it isn't right: two databases of one cluster may be prepared at once. */
const ensureLogin = async (admin: pg.Client, access: DatabaseAccess, login: DatabaseLogin): Promise<void> => {
  const client = newClient(loginConfig(access.adminUrl, access.masterKey, login));
  const works = await client.connect().then(
    () => true,
    () => false,
  );
  await client.end().catch(() => undefined);
  if (works) return;
  const password = pg.escapeLiteral(loginPassword(access.masterKey, login));
  await admin.query(`alter role ${databaseLogins[login]} login password ${password}`);
};

const migrate = async (adminUrl: string): Promise<void> => {
  const pool = newPool({ ...withOptions(connectionTo(adminUrl), `-c role=${OWNER_ROLE}`), max: 1 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => migrations },
      migrationTableSchema: 'ops',
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error) {
      const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'the migrations';
      throw new AppError(
        ErrorCode.INTERNAL,
        `Migration ${failed} failed: ${messageOf(error)}.`,
        {},
        { cause: error },
      );
    }
  } finally {
    await db.destroy();
  }
};

/** A superuser reads through every policy: a login that is one would show every tenant's rows. */
const refuseUnboundLogins = async (admin: pg.Client): Promise<void> => {
  const { rows } = await admin.query<{ rolname: string }>(
    'select rolname from pg_roles where rolname = any($1) and (rolsuper or rolbypassrls)',
    [[OWNER_ROLE, ...Object.values(databaseLogins)]],
  );
  if (rows.length === 0) return;
  const names = rows.map((row) => row.rolname).join(', ');
  throw new AppError(
    ErrorCode.UNAVAILABLE,
    `${names} may bypass row-level security; run: alter role ${names} nosuperuser nobypassrls.`,
  );
};
