import { ErrorType } from '@eventstore/db-client';
import { AppError, ErrorCode, messageOf } from '../../domain/errors.js';

/** gRPC status codes (grpc.github.io/grpc/core/md_doc_statuscodes.html). The client's errors have them, with a `type` or without. */
const INVALID_ARGUMENT = 3;
const PERMISSION_DENIED = 7;
const OUT_OF_RANGE = 11;
const UNAUTHENTICATED = 16;

/** What gRPC and discovery say of a request that never left this process. */
const NEVER_SENT =
  /No connection established|Name resolution failed|Channel closed before call started|Failed to (connect|discover)|ECONNREFUSED/;

const fieldOf = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null && name in error
    ? (error as Record<string, unknown>)[name]
    : undefined;

const hasType = (error: unknown, type: ErrorType): boolean => fieldOf(error, 'type') === type;

export const isNoStream = (error: unknown): boolean => hasType(error, ErrorType.STREAM_NOT_FOUND);

/** Whether a read failed because the log has no event at its position, nor could have one. */
export const isImpossiblePosition = (error: unknown): boolean => {
  const code = fieldOf(fieldOf(error, 'cause'), 'code');
  return code === INVALID_ARGUMENT || code === OUT_OF_RANGE;
};

/** The stream's revision where an append met another one than it expected, −1 for no stream; `undefined`: no conflict. */
export const conflictingRevision = (error: unknown): number | undefined => {
  if (!hasType(error, ErrorType.WRONG_EXPECTED_VERSION)) return undefined;
  const actual = fieldOf(error, 'actualVersion');
  return typeof actual === 'bigint' ? Number(actual) : -1;
};

/** Whether an append that failed so was surely not done: it never left, or met a server that passes appends on. */
export const wasNeverDone = (error: unknown): boolean =>
  hasType(error, ErrorType.NOT_LEADER) || NEVER_SENT.test(messageOf(error));

/** Whether the server doesn't know the user, or not with these rights: that passes only when somebody mends it. */
export const isAccessRefused = (error: unknown): boolean => {
  if (error instanceof AppError) return isAccessRefused(error.cause);
  const code = fieldOf(error, 'code');
  return hasType(error, ErrorType.ACCESS_DENIED) || code === PERMISSION_DENIED || code === UNAUTHENTICATED;
};

/** What the server refused, and would refuse again; `undefined`: it may pass. */
export const refusalOf = (error: unknown): AppError | undefined => {
  if (error instanceof AppError) return error;
  const options = { cause: error };
  if (isAccessRefused(error)) {
    const message =
      'EventStoreDB refuses these credentials; check the user and its rights in EVENTSTORE_URL.';
    return new AppError(ErrorCode.UNAVAILABLE, message, {}, options);
  }
  if (hasType(error, ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED)) {
    const limitBytes = fieldOf(error, 'maxAppendSize');
    const message = `EventStoreDB takes ${limitBytes} bytes in one append, names included; raise its MaxAppendSize to 2097152.`;
    return new AppError(ErrorCode.LIMIT_EXCEEDED, message, { limitBytes }, options);
  }
  if (hasType(error, ErrorType.STREAM_DELETED)) {
    const stream = fieldOf(error, 'streamName');
    const message = `Somebody deleted the stream ${stream} in EventStoreDB, which Ledgerline never does; restore it from a backup.`;
    return new AppError(ErrorCode.INTERNAL, message, { stream }, options);
  }
  return undefined;
};

/** What a read that failed throws: the server's refusal, or `UNAVAILABLE`. */
export const readFailure = (error: unknown): AppError =>
  refusalOf(error) ??
  unavailable("The ledger can't be reached in EventStoreDB; try again in a moment.", error);

export const tookTooLong = (cause: unknown): AppError =>
  unavailable('EventStoreDB took too long to answer a read; try again.', cause);

export const unavailable = (message: string, cause: unknown): AppError =>
  new AppError(ErrorCode.UNAVAILABLE, message, {}, { cause });
