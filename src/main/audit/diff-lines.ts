import type { Change } from '../../replay/diff.js';
import { columnsOf } from '../broken-lines.js';
import { printable } from '../printable.js';
import { fieldLines, shownValue } from './field-lines.js';

const INDENT = '  ';

/**
 * What became different, a line each; where a terminal has too few `columns` for one of them, what was before and what is after
 * stand beneath each path, field by field.
 */
export const diffLines = (changes: readonly Change[], columns: number | null): readonly string[] => {
  const paths = changes.map(({ path }) => printable(path));
  const width = Math.max(0, ...paths.map((path) => path.length));
  const lines = changes.map(
    ({ before, after }, at) =>
      `${(paths[at] ?? '').padEnd(width)}  ${shownValue(before)} → ${shownValue(after)}`,
  );
  if (columns === null || lines.every((line) => columnsOf(line) <= columns)) return lines;
  return changes.flatMap(({ before, after }, at) => [
    paths[at] ?? '',
    ...fieldLines({ before, after }, columns - INDENT.length).map((line) => `${INDENT}${line}`),
  ]);
};
