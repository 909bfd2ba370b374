import { readFile, writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { apiSchema } from './schema.js';

const FILE = 'schema/schema.graphql';
const HEADER = '# Emitted from src/graphql by `npm run schema`; `npm run check` compares it.\n\n';

/** The schema as text, in an order that doesn't depend on the code's. */
const text = `${HEADER}${printSchema(lexicographicSortSchema(apiSchema()))}\n`;

if (process.argv.includes('--check')) {
  const stored = await readFile(FILE, 'utf8').catch(() => '');
  if (stored !== text) {
    console.error(`${FILE} is not what the code says: run npm run schema, and look at the difference.`);
    process.exitCode = 1;
  }
} else {
  await writeFile(FILE, text);
}
