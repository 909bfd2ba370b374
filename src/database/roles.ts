import { createHmac, type KeyObject } from 'node:crypto';
import type pg from 'pg';
import { connectionTo } from './connections.js';

/**
 * The logins, each with no more than its part needs; `ledgerline_owner` owns the rest and can't log in.
 * - `ledger`: reads and appends events, owns the keys. Can't read the read models.
 * - `projector`: owns the read models and moves their checkpoints. Can't read the ledger.
 * - `api`: reads the read models of one tenant at a time (row-level security).
 * - `operator`: reads the read models of all tenants.
 */
export const databaseLogins = {
  ledger: 'ledgerline_ledger',
  projector: 'ledgerline_projector',
  api: 'ledgerline_api',
  operator: 'ledgerline_operator',
} as const;

export type DatabaseLogin = keyof typeof databaseLogins;

export const OWNER_ROLE = 'ledgerline_owner';

/** The logins' passwords follow from the master key: every process of an installation knows them, nobody keeps them. */
export const loginPassword = (masterKey: KeyObject, login: DatabaseLogin): string =>
  createHmac('sha256', masterKey).update(`database login ${login}`).digest('base64url');

/** `adminUrl` with the user and password of a login. */
export const loginConfig = (
  adminUrl: string,
  masterKey: KeyObject,
  login: DatabaseLogin,
): pg.ClientConfig => {
  const url = new URL(adminUrl);
  url.username = databaseLogins[login];
  url.password = loginPassword(masterKey, login);
  return { ...connectionTo(url.href), keepAlive: true };
};
