import { CsvError, parse } from 'csv-parse/sync';
import { unreadable } from './unreadable.js';

/** The version that package.json pins. */
export const CSV_PARSER = 'csv-parse@7.0.3';

/** Excel writes semicolons where the comma is a decimal's. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** A block a row: a line a cell, each with its column's name, so that the row says what it means wherever it is found. */
export const rowsOf = (text: string): readonly string[] => {
  const [header = [], ...rows] = recordsOf(text);
  return rows
    .map((row) =>
      row
        .flatMap((cell, n) => (cell === '' ? [] : [`${header[n] || `Column ${n + 1}`}: ${cell}`]))
        .join('\n'),
    )
    .filter((row) => row !== '');
};

const recordsOf = (text: string): readonly (readonly string[])[] => {
  try {
    return parse(text, {
      delimiter: delimiterOf(text),
      trim: true,
      skipEmptyLines: true,
      relaxColumnCount: true,
      relaxQuotes: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? ` at line ${error.lines}` : '';
    throw unreadable(
      'PARSE_FAILED',
      `The CSV can't be read${line} (${error.code}): look for a quote that isn't closed.`,
    );
  }
};

/** The one that the first line has most of. */
const delimiterOf = (text: string): string => {
  const header = text.trimStart().split('\n', 1)[0] ?? '';
  const uses = (delimiter: string): number => header.split(delimiter).length;
  return DELIMITERS.reduce((best, next) => (uses(next) > uses(best) ? next : best));
};
