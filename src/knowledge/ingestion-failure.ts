import type { IngestionFailure } from '../domain/document/events.js';
import type { IngestionStep } from '../domain/document/vocabulary.js';
import { AppError, ErrorCode, isAppError, messageOf } from '../domain/errors.js';

const MAX_CHARS = 500;
/** Answers that may be others another time: the key is mended, the limit is over. */
const PASSING_STATUS = new Set([401, 402, 403, 404, 408, 409, 425, 429]);
const PASSING: readonly ErrorCode[] = [
  ErrorCode.UNAVAILABLE,
  ErrorCode.OUTCOME_UNKNOWN,
  ErrorCode.RETRY_LATER,
  ErrorCode.RATE_LIMITED,
];

/**
 * Why a document stays as it is. Throws `UNAVAILABLE` where another try may go well: what is asked for is away, or this
 * process stops. What isn't an `AppError` of ours may quote the document: it's told in the log alone.
 */
export const failureOf = (step: IngestionStep, error: unknown, signal: AbortSignal): IngestionFailure => {
  if (signal.aborted) throw unavailable('The process stops: the next one goes on with the document.', error);
  if (!isAppError(error)) {
    return { step, code: ErrorCode.INTERNAL, error: 'Something went wrong; the reason is in the log.' };
  }
  if (error.code === ErrorCode.NEEDS_UPGRADE) throw error;
  if (passes(error)) throw unavailable(messageOf(error), error);
  const { reason } = error.details;
  return {
    step,
    code: typeof reason === 'string' ? reason : codeOf(error),
    error: error.message.slice(0, MAX_CHARS),
  };
};

/** Of those that are away, a provider that refused this very request refuses it each time. */
const passes = ({ code, details: { status } }: AppError): boolean => {
  const isRefused =
    typeof status === 'number' && status >= 400 && status < 500 && !PASSING_STATUS.has(status);
  return PASSING.includes(code) && !isRefused;
};

const codeOf = ({ code }: AppError): string => (code === ErrorCode.UNAVAILABLE ? 'EMBEDDING_REFUSED' : code);

const unavailable = (message: string, cause: unknown): AppError =>
  new AppError(ErrorCode.UNAVAILABLE, message, {}, { cause });
