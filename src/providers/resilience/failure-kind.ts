import { ErrorCode, isAppError } from '../../domain/errors.js';

/**
 * What a failure says about the provider: `outage` (it may be back any moment), `credentials` (it refuses our key until
 * somebody changes it), or `request` (it works, and refuses what one agent asks of it: others are not to suffer).
 */
export type FailureKind = 'outage' | 'credentials' | 'request';

/** Bad requests, models that are unknown or not ours to use, contents that are too large or refused. */
const REQUEST = new Set([400, 403, 404, 405, 409, 413, 415, 422]);

/** By the status in an adapter's error, where it has one. */
export const failureKindOf = (error: unknown): FailureKind => {
  if (!isAppError(error)) return 'outage';
  const { status } = error.details;
  if (error.code === ErrorCode.BAD_USER_INPUT) return 'request';
  if (typeof status !== 'number') return 'outage';
  if (status === 401) return 'credentials';
  return REQUEST.has(status) ? 'request' : 'outage';
};
