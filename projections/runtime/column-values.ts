import type { Column } from './table.js';

/** Quotes and backslashes, which a quoted element of an array escapes. */
const ESCAPED = /["\\]/;
const EACH_ESCAPED = /["\\]/g;

const quoted = (text: string): string =>
  `"${ESCAPED.test(text) ? text.replace(EACH_ESCAPED, '\\$&') : text}"`;

const element = (type: string, value: unknown): string => {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return quoted(type === 'jsonb' || typeof value !== 'string' ? JSON.stringify(value) : value);
};

/**
 * A column's values as one array for PostgreSQL, in its text form. Written here because pg escapes element by element,
 * and a JSON of all rows, which PostgreSQL takes apart again, costs both sides twice as much.
 */
export const columnValues = ({ type }: Column<unknown>, values: readonly unknown[]): string =>
  `{${values.map((value) => element(type, value)).join(',')}}`;
