import { printableJson } from '../printable.js';

const GAP = '  ';
const INDENT = '  ';
/** However deep a text stands. */
const MIN_COLUMNS = 20;

/**
 * An event's fields for somebody's eyes, each a line with its value as JSON, the values in a column; what is longer than
 * `columns` stands beneath its name, field by field, or broken.
 */
export const fieldLines = (fields: object, columns: number): readonly string[] => {
  const entries = Object.entries(fields);
  const nameWidth = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.flatMap(([name, value]) => {
    const line = `${name.padEnd(nameWidth)}${GAP}${printableJson(value)}`;
    if (line.length <= columns) return [line];
    return [name, ...beneath(value, columns - INDENT.length).map((part) => `${INDENT}${part}`)];
  });
};

const beneath = (value: unknown, columns: number): readonly string[] =>
  typeof value === 'object' && value !== null
    ? fieldLines(value, columns)
    : broken(printableJson(value), Math.max(columns, MIN_COLUMNS));

/** Behind a word where there is one. */
const broken = (text: string, columns: number): readonly string[] => {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > columns) {
    const space = rest.lastIndexOf(' ', columns);
    lines.push(rest.slice(0, space > 0 ? space : columns));
    rest = rest.slice(space > 0 ? space + 1 : columns);
  }
  return [...lines, rest];
};
