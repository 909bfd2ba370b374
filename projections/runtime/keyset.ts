import { AppError, ErrorCode } from '../../src/domain/errors.js';

/** A page of a list that is walked by a key, never by an offset: rows that come and go meanwhile move nothing. */
export interface PageRequest {
  readonly first: number;
  readonly after: string | null;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
}

const MAX_FIRST = 100;

/** Throws `BAD_USER_INPUT` for a `first` that isn't 1 to 100. */
export const checkFirst = (first: number): number => {
  if (Number.isInteger(first) && first >= 1 && first <= MAX_FIRST) return first;
  throw new AppError(ErrorCode.BAD_USER_INPUT, `first must be 1 to ${MAX_FIRST}, not ${first}.`, { first });
};

/** The cursor of a row: which sort it belongs to, its version, and the values of the sort's key. */
export const encodeCursor = (sort: string, key: readonly string[]): string =>
  Buffer.from(JSON.stringify([1, sort, ...key])).toString('base64url');

/** What a cursor's values may be: whoever made one up is told so, and not by the database. */
const isPart = {
  id: (text: string) => /^[\w-]{1,100}$/.test(text),
  /** Of rows, as PostgreSQL tells it: it has no year 0. */
  time: (text: string) => /^(?!0000)\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text)),
  /** A revision, a version: PostgreSQL's integer has all of them. */
  index: (text: string) => /^\d{1,9}$/.test(text),
  /** As many digits as PostgreSQL's bigint has all numbers of. */
  position: (text: string) => /^\d{1,18}$/.test(text),
} as const;

export type CursorPart = keyof typeof isPart;

/** `parts`: what the sort's key is made of. Throws `BAD_USER_INPUT` for what isn't a cursor, or one of another list. */
export const decodeCursor = (
  sort: string,
  parts: readonly CursorPart[],
  cursor: string,
): readonly string[] => {
  const [version, cursorSort, ...key] = parse(cursor);
  const fits = (part: unknown, at: number) => {
    const kind = parts[at];
    return kind !== undefined && typeof part === 'string' && isPart[kind](part);
  };
  if (version === 1 && cursorSort === sort && key.length === parts.length && key.every(fits)) {
    return key as string[];
  }
  throw new AppError(ErrorCode.BAD_USER_INPUT, `The cursor "${cursor}" is not one of this list.`, {
    after: cursor,
  });
};

const parse = (cursor: string): readonly unknown[] => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
};

/** One row more than asked tells whether there is a next page. */
export const pageOf = <Row>(rows: readonly Row[], first: number): Page<Row> => ({
  rows: rows.slice(0, first),
  hasNextPage: rows.length > first,
});
