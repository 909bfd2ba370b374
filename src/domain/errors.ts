/** Every error code of the platform. A door translates them once: GraphQL into `extensions.code`, HTTP into a status. */
export const ErrorCode = {
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  TOKEN_EXPIRED: 'TOKEN_EXPIRED',
  FORBIDDEN: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  ALREADY_EXISTS: 'ALREADY_EXISTS',
  /** The state moved on under the command (a wrong expected version or revision). */
  CONFLICT: 'CONFLICT',
  RATE_LIMITED: 'RATE_LIMITED',
  IDEMPOTENCY_MISMATCH: 'IDEMPOTENCY_MISMATCH',
  LIMIT_EXCEEDED: 'LIMIT_EXCEEDED',
  FILE_TOO_LARGE: 'FILE_TOO_LARGE',
  RETRY_LATER: 'RETRY_LATER',
  SUBSCRIPTION_LAGGED: 'SUBSCRIPTION_LAGGED',
  /** A part that we depend on (database, provider) can't be reached: nothing was done. */
  UNAVAILABLE: 'UNAVAILABLE',
  /** A write was sent and its answer never came: it may or may not have been done. */
  OUTCOME_UNKNOWN: 'OUTCOME_UNKNOWN',
  /** What was read of the ledger isn't in it any more: a failover, or an older backup, has cut off its end. */
  EVENTS_LOST: 'EVENTS_LOST',
  /** An event was written by a newer version of this program. */
  NEEDS_UPGRADE: 'NEEDS_UPGRADE',
  INTERNAL: 'INTERNAL',
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** Facts that a program may act on: the field, the value, the limit. Never a secret, never personal data. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export interface AppErrorOptions extends ErrorOptions {
  /** What clients are told, where the message names what is only the operators' to know, as a directory. */
  readonly toClients?: string;
}

/** The one error class. `message` says what was wrong, with which value, and what to do. */
export class AppError extends Error {
  override readonly name = 'AppError';
  /** The message, but for what isn't theirs to know. */
  readonly toClients: string;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: AppErrorOptions,
  ) {
    super(message, options);
    this.toClients = options?.toClients ?? message;
  }
}

export const isAppError = (error: unknown, code?: ErrorCode): error is AppError =>
  error instanceof AppError && (code === undefined || error.code === code);

/** The message of anything that was thrown; an error of another realm (a worker's, a test runner's) is no `Error` of ours. */
export const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);

/** For logs: the message, and those of its causes. A client is told no cause: it may name our hosts. */
export const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)} (${reasonOf(cause)})`;
};
