import { AppError, ErrorCode } from '../domain/errors.js';
import type { Moment } from '../replay/moment.js';

/** An operator's moment: a revision, or a time in ISO 8601. Throws `BAD_USER_INPUT` for what is neither. */
export const momentOf = (at: string | undefined): Moment => {
  if (at === undefined) return {};
  if (/^\d{1,9}$/.test(at)) return { revision: Number(at) };
  const ms = Date.parse(at);
  if (!Number.isNaN(ms)) return { time: new Date(ms).toISOString() };
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `"${at}" is no moment: give a revision, as 12, or a time, as 2026-11-21T12:00:00Z.`,
  );
};
