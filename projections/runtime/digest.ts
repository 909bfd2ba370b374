import type pg from 'pg';
import type { Projection } from './projection.js';
import { viewName } from './table.js';

export interface TablesDigest {
  readonly tables: number;
  readonly rows: number;
  /** Equal where all rows of all tables are, in any order. */
  readonly digest: string;
}

/** What the live read tables hold. `client`: as login `projector` or `operator`. */
export const digestTables = async (
  client: pg.ClientBase,
  projections: readonly Projection[],
): Promise<TablesDigest> => {
  const views = projections.flatMap(({ version, folds }) =>
    folds.map(({ table }) => viewName(table, version)),
  );
  const parts: string[] = [];
  let rows = 0;
  for (const view of views) {
    const result = await client.query<{ rows: string; sum: string }>(
      `select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)), 0) as sum from read.${view} t`,
    );
    const [found] = result.rows;
    rows += Number(found?.rows);
    parts.push(`${view}:${found?.rows}:${found?.sum}`);
  }
  const digest = await client.query<{ digest: string }>('select md5($1) as digest', [parts.join('\n')]);
  return { tables: views.length, rows, digest: digest.rows[0]?.digest ?? '' };
};
