import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import pg from 'pg';
import { AppError, ErrorCode } from '../domain/errors.js';

/** The keys that a database is made with, and that may not change. */
export interface InstallationKeys {
  readonly masterKey: KeyObject;
  readonly indexKey: KeyObject;
}

/** By the name that a check is kept under. */
const checked = [
  {
    name: 'master',
    variable: 'LEDGERLINE_MASTER_KEY',
    keyOf: ({ masterKey }: InstallationKeys) => masterKey,
  },
  { name: 'index', variable: 'LEDGERLINE_INDEX_KEY', keyOf: ({ indexKey }: InstallationKeys) => indexKey },
] as const;

const checkOf = (key: KeyObject): Buffer => createHmac('sha256', key).update('ledgerline key check').digest();

/**
 * Before anything is changed: with another master key the logins would get other passwords, which locks out the processes
 * that run, and nothing personal could be read; with another index key no e-mail, number or call would be found under its
 * name, and each could be taken once more. Throws `BAD_USER_INPUT`. A database that is new, or was made before a check was
 * kept, has nothing to compare.
 */
export const refuseOtherKeys = async (admin: pg.Client, keys: InstallationKeys): Promise<void> => {
  const { rows: tables } = await admin.query(
    "select from pg_tables where schemaname = 'keys' and tablename = 'checks'",
  );
  if (tables.length === 0) return;
  const { rows } = await admin.query<{ name: string; value: Buffer }>('select name, value from keys.checks');
  for (const { name, variable, keyOf } of checked) {
    const kept = rows.find((row) => row.name === name);
    if (!kept || timingSafeEqual(kept.value, checkOf(keyOf(keys)))) continue;
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `${variable} isn't the key that this database was made with; give that one, or another DATABASE_URL. Nothing was changed.`,
    );
  }
};

/** The logins are the server's: what they follow from stands beside them, so that every database's installation sees it. */
const MARK = 'Ledgerline; check of its master key: ';

/**
 * Another installation's logins would get other passwords: that one couldn't connect any more. Throws `BAD_USER_INPUT` where
 * `role` is of an installation with another master key; one that was made before a mark was kept has nothing to compare.
 */
export const refuseOtherInstallation = async (
  admin: pg.Client,
  role: string,
  { masterKey }: InstallationKeys,
): Promise<void> => {
  const mark = await markOf(admin, role);
  if (!mark?.startsWith(MARK) || mark === markBy(masterKey)) return;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `Another database of this PostgreSQL server is a Ledgerline with another LEDGERLINE_MASTER_KEY, and both would have the same logins; use a server of its own, or the same key. Nothing was changed.`,
  );
};

export const markInstallation = async (
  admin: pg.Client,
  role: string,
  { masterKey }: InstallationKeys,
): Promise<void> => {
  if (await markOf(admin, role)) return;
  await admin.query(`comment on role ${pg.escapeIdentifier(role)} is ${pg.escapeLiteral(markBy(masterKey))}`);
};

const markBy = (masterKey: KeyObject): string => `${MARK}${checkOf(masterKey).toString('base64url')}`;

const markOf = async (admin: pg.Client, role: string): Promise<string | undefined> => {
  const { rows } = await admin.query<{ mark: string | null }>(
    "select shobj_description(oid, 'pg_authid') as mark from pg_roles where rolname = $1",
    [role],
  );
  return rows[0]?.mark ?? undefined;
};

export const keepKeyChecks = async (admin: pg.Client, keys: InstallationKeys): Promise<void> => {
  for (const { name, keyOf } of checked) {
    await admin.query('insert into keys.checks (name, value) values ($1, $2) on conflict do nothing', [
      name,
      checkOf(keyOf(keys)),
    ]);
  }
};
