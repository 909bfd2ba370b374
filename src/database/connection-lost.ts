import { AppError, ErrorCode, messageOf } from '../domain/errors.js';

/** SQLSTATE classes: 08 connection exception, 57P0x shutting down, starting up, or an administrator's end. */
const LOST_SQLSTATE = /^(08|57P0)/;
const LOST_ERRNO = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
/** What pg says without a code. */
const LOST_MESSAGE = /Connection terminated|not queryable|Client was closed|timeout/i;
/** 25006 read-only after a fail-over, 40 rolled back, 53 out of disk or memory, 55P03 and 57014 lock or statement timeout. */
const TRANSIENT_SQLSTATE = /^(25006|40|53|55P03|57014)/;

const codeOf = (error: unknown): string | undefined => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
};

/** Whether the server went away, so that nobody knows what became of the statement; otherwise it refused it. */
export const isConnectionLost = (error: unknown): boolean => {
  const code = codeOf(error);
  if (code !== undefined) return LOST_SQLSTATE.test(code) || LOST_ERRNO.has(code);
  return LOST_MESSAGE.test(messageOf(error));
};

/** Whether the server rolled the statement back for a reason that passes: nothing was done, and it may be sent again. */
export const isTransient = (error: unknown): boolean => TRANSIENT_SQLSTATE.test(codeOf(error) ?? '');

/** `UNAVAILABLE`, naming the part that is away, with `error` as its cause. */
export const unavailable = (part: string, error: unknown): AppError =>
  new AppError(
    ErrorCode.UNAVAILABLE,
    `${part} can't be reached in PostgreSQL; try again in a moment.`,
    {},
    { cause: error },
  );

/** `unavailable` for what passes; any other error as it is. */
export const asUnavailable = (part: string, error: unknown): unknown =>
  isConnectionLost(error) || isTransient(error) ? unavailable(part, error) : error;
