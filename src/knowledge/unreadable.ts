import { AppError, ErrorCode } from '../domain/errors.js';

/** What a document fails with for good: another attempt would end the same way. */
export type Unreadable = 'PARSE_FAILED' | 'EMPTY_DOCUMENT';

export const unreadable = (reason: Unreadable, message: string, options?: ErrorOptions): AppError =>
  new AppError(ErrorCode.BAD_USER_INPUT, message, { reason }, options);
