import { ExplainNode, type KyselyPlugin } from 'kysely';
import type { ReadModelsReader } from '../../projections/views.js';

/** PostgreSQL's plan of what a read asks, under the reader's own login and policies. Nothing is read: it answers no rows. */
export const planOf = async (
  reader: ReadModelsReader,
  read: (reader: ReadModelsReader) => Promise<unknown>,
): Promise<string> => {
  let plan = '';
  const explain: KyselyPlugin = {
    transformQuery: ({ node }) =>
      node.kind === 'SelectQueryNode' ? { ...node, explain: ExplainNode.create('text') } : node,
    transformResult: async ({ result }) => {
      plan = result.rows.map((row) => String(Object.values(row)[0])).join('\n');
      return { ...result, rows: [] };
    },
  };
  await read({ read: (query) => reader.read((db) => query(db.withPlugin(explain))) });
  return plan;
};
