import { type Kysely, sql } from 'kysely';

/** What tells the installation's key from another, and says nothing of it. */
export const keyChecksMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table keys.checks (name text primary key, value bytea not null)`.execute(db);
  },
};
