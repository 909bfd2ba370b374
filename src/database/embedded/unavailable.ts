import { AppError, ErrorCode, type ErrorDetails } from '../../domain/errors.js';

/** The one sentence that an operator reads when the embedded server can't be used: why, and the way out. */
export const unavailable = (reason: string, details: ErrorDetails = {}, cause?: unknown): AppError =>
  new AppError(
    ErrorCode.UNAVAILABLE,
    `The embedded PostgreSQL can't be used: ${reason}. Mend that, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
    details,
    cause === undefined ? undefined : { cause },
  );
