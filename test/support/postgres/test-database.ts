import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** How the superuser's URL of the run's server gets from Jest's global setup to its workers. */
export const SERVER_URL_VARIABLE = 'LEDGERLINE_TEST_POSTGRES_URL';

export const TEMPLATE_DATABASE = 'ledgerline_template';

export interface TestDatabase {
  /** Connects as the superuser. */
  readonly url: string;
  /**
   * Removes the database. What is still connected to it is cut off, which a `pg` client reports as an error: end
   * yours first.
   */
  drop(): Promise<void>;
}

/** Makes a database of its own for a test file: a copy of the template. Throws where the run has no server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return createFrom(TEMPLATE_DATABASE);
}

/** One without a ledger. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createFrom('template0');
}

/** A backup of a database in use, restored beside it: as it is now. Who is connected to it is cut off, and comes back. */
export async function copyTestDatabase(url: string): Promise<TestDatabase> {
  const source = new URL(url).pathname.slice(1);
  const serverUrl = new URL(url);
  serverUrl.pathname = 'postgres';
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runOn(serverUrl.href, `alter database ${source} allow_connections false`);
  try {
    await runOn(
      serverUrl.href,
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${source}'`,
    );
    await runOn(serverUrl.href, `create database ${name} template ${source} strategy file_copy`);
  } finally {
    await runOn(serverUrl.href, `alter database ${source} allow_connections true`);
  }
  const copy = new URL(url);
  copy.pathname = name;
  return {
    url: copy.href,
    drop: () => runOn(serverUrl.href, `drop database if exists ${name} with (force)`),
  };
}

async function createFrom(template: string): Promise<TestDatabase> {
  const serverUrl = process.env[SERVER_URL_VARIABLE];
  if (!serverUrl) {
    throw new Error(
      `${SERVER_URL_VARIABLE} isn't set: only tests named *.test.ts, run by Jest, have a database server`,
    );
  }
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runOn(serverUrl, `create database ${name} template ${template} strategy file_copy`);
  const url = new URL(serverUrl);
  url.pathname = name;
  return { url: url.href, drop: () => runOn(serverUrl, `drop database if exists ${name} with (force)`) };
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
