import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm')`;

const connected = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** The tables of all schemas, PostgreSQL's own too, in which a row has one of the texts. `url`: the superuser's. */
export const tablesWith = (url: string, texts: readonly string[]): Promise<readonly string[]> =>
  connected(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(TABLES);
    const patterns = texts.map((text) => `%${text}%`);
    const found: string[] = [];
    for (const { name } of rows) {
      const { rowCount } = await client.query(`select from ${name} t where t::text like any($1) limit 1`, [
        patterns,
      ]);
      if (rowCount) found.push(name);
    }
    return found.sort();
  });

/** The files of the database's tables that have one of these, after a checkpoint wrote what is in memory. */
export const filesWith = async (
  url: string,
  traces: readonly (string | Buffer)[],
): Promise<readonly string[]> => {
  const directory = await connected(url, async (client) => {
    await client.query('checkpoint');
    const { rows } = await client.query<{ directory: string }>(
      `select current_setting('data_directory') || '/base/' || oid as directory
       from pg_database where datname = current_database()`,
    );
    return rows[0]?.directory ?? '';
  });
  const found: string[] = [];
  for (const file of await readdir(directory)) {
    // A file that goes while it's looked for was of a table that was rewritten or dropped.
    const bytes = await readFile(join(directory, file)).catch(() => Buffer.alloc(0));
    if (traces.some((trace) => bytes.includes(trace))) found.push(file);
  }
  return found;
};
