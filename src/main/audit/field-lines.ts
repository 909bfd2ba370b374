import { brokenLines, columnsOf } from '../broken-lines.js';
import { printableJson } from '../printable.js';

const GAP = '  ';
const INDENT = '  ';
/** However deep a text stands. */
const MIN_COLUMNS = 20;

/** As JSON. `undefined`: what isn't there. */
export const shownValue = (value: unknown): string =>
  value === undefined ? '(nothing)' : printableJson(value);

/**
 * An event's fields for somebody's eyes, each a line with its value as JSON, the values in a column; what is longer than
 * `columns` stands beneath its name, field by field, or broken.
 */
export const fieldLines = (fields: object, columns: number): readonly string[] => {
  const entries = Object.entries(fields);
  const nameWidth = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.flatMap(([name, value]) => {
    const line = `${name.padEnd(nameWidth)}${GAP}${shownValue(value)}`;
    if (columnsOf(line) <= columns) return [line];
    return [name, ...beneath(value, columns - INDENT.length).map((part) => `${INDENT}${part}`)];
  });
};

const beneath = (value: unknown, columns: number): readonly string[] =>
  typeof value === 'object' && value !== null
    ? fieldLines(value, columns)
    : brokenLines(shownValue(value), Math.max(columns, MIN_COLUMNS));
