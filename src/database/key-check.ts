import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type pg from 'pg';
import { AppError, ErrorCode } from '../domain/errors.js';

const NAME = 'master';

const checkOf = (masterKey: KeyObject): Buffer =>
  createHmac('sha256', masterKey).update('ledgerline key check').digest();

/**
 * Before anything is changed: with another master key the logins would get other passwords, which locks out the processes
 * that run, and nothing personal could be read. Throws `BAD_USER_INPUT`. A database that is new, or was made before this was
 * kept, has nothing to compare.
 */
export const refuseOtherMasterKey = async (admin: pg.Client, masterKey: KeyObject): Promise<void> => {
  const { rows: tables } = await admin.query(
    "select from pg_tables where schemaname = 'keys' and tablename = 'checks'",
  );
  if (tables.length === 0) return;
  const { rows } = await admin.query<{ value: Buffer }>('select value from keys.checks where name = $1', [
    NAME,
  ]);
  const [kept] = rows;
  if (!kept || timingSafeEqual(kept.value, checkOf(masterKey))) return;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    "LEDGERLINE_MASTER_KEY isn't the key that this database was made with; give that one, or another DATABASE_URL. Nothing was changed.",
  );
};

export const keepMasterKeyCheck = async (admin: pg.Client, masterKey: KeyObject): Promise<void> => {
  await admin.query('insert into keys.checks (name, value) values ($1, $2) on conflict do nothing', [
    NAME,
    checkOf(masterKey),
  ]);
};
