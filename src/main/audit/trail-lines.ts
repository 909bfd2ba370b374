import type { AuditRow } from '../../../projections/audit/queries.js';
import { clock, placeOf, TYPE_WIDTH } from './lines.js';

/** Of most of them, so that pages have the same columns. */
const ACTOR_WIDTH = 36;
const GAP = '  ';
const INDENT = '    ';

type Entry = Pick<AuditRow, 'storedAt' | 'actorType' | 'actorId' | 'type' | 'stream' | 'revision'>;

/** Entries of the trail, a line each; on several where a terminal has too few `columns` for one of them. */
export const trailLines = (rows: readonly Entry[], columns: number | null): readonly string[] => {
  const actorWidth = Math.max(0, ...rows.map((row) => actorOf(row).length));
  const lines = rows.map((row) => lineOf(row, Math.max(actorWidth, ACTOR_WIDTH)));
  if (columns === null || lines.every((line) => line.length <= columns)) return lines;
  return rows.flatMap((row) => wrapped(row, actorWidth, columns));
};

const actorOf = ({ actorType, actorId }: Entry): string => `${actorType} ${actorId}`;

const lineOf = (row: Entry, actorWidth: number): string =>
  [clock(row.storedAt), actorOf(row).padEnd(actorWidth), row.type.padEnd(TYPE_WIDTH), placeOf(row)].join(GAP);

/** The place stands by itself, and so does a type that is too long to stand with who did it. */
const wrapped = (row: Entry, actorWidth: number, columns: number): readonly string[] => {
  const who = [clock(row.storedAt), actorOf(row).padEnd(actorWidth)].join(GAP);
  const head = `${who}${GAP}${row.type}`;
  const heads = head.length <= columns ? [head] : [who.trimEnd(), `${INDENT}${row.type}`];
  return [...heads, `${INDENT}${placeOf(row)}`];
};
