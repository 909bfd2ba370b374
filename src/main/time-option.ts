import { z } from 'zod';

/** Strict, where `Date.parse` takes "end 3" for a day in March, and 31 February for one of the month after. */
const TIME = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** The ledger's clock counts microseconds: what is finer can't be looked for. */
const FRACTION_DIGITS = 6;

/** What PostgreSQL has, too. */
const YEAR = /^(?!0000)\d{4}-/;

/**
 * The time that somebody typed, in UTC and to the microsecond, as the ledger has it: a date, or a time with its zone, in ISO
 * 8601. `undefined` for what is neither.
 */
export const parseTime = (text: string): string | undefined => {
  if (!TIME.safeParse(text).success) return undefined;
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const utc = new Date(text).toISOString();
  if (fraction.length > FRACTION_DIGITS || !YEAR.test(utc)) return undefined;
  return utc.replace(/\d+Z$/, `${fraction.padEnd(3, '0')}Z`);
};
