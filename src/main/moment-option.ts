import { AppError, ErrorCode } from '../domain/errors.js';
import type { Moment } from '../replay/moment.js';
import { parseTime } from './time-option.js';

/** An operator's moment: a revision, or a time in ISO 8601. Throws `BAD_USER_INPUT` for what is neither. */
export const momentOf = (at: string | undefined): Moment => {
  if (at === undefined) return {};
  if (/^\d{1,9}$/.test(at)) return { revision: Number(at) };
  const time = parseTime(at);
  if (time !== undefined) return { time };
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    /^-\d+$/.test(at)
      ? `"${at}" is no revision: a stream's first event has revision 0.`
      : `"${at}" is no moment: give a revision, as 12, or a time with its zone, as 2026-11-21T12:00:00Z.`,
  );
};
