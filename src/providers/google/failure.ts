import { type AppError, isAppError } from '../../domain/errors.js';
import { type Failure, refusedWith } from '../service.js';

/** The HTTP status of a gRPC code (google.rpc.Code): what others judge a failure by. */
const STATUSES: Readonly<Record<number, number>> = {
  3: 400,
  5: 404,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  11: 400,
  12: 501,
  13: 500,
  14: 503,
  16: 401,
};
const DEADLINE_EXCEEDED = 4;

const KEY_VARIABLE = 'GOOGLE_APPLICATION_CREDENTIALS';

/** Whatever a call failed with, as an `AppError`. Google's own message may quote the text: it's never repeated. */
export const googleSpeechFailure = (failure: Failure, error: unknown, patienceMs: number): AppError => {
  if (isAppError(error)) return error;
  const code = grpcCodeOf(error);
  if (code === DEADLINE_EXCEEDED) {
    return failure(`sent nothing for ${patienceMs} ms.`, { retryable: true });
  }
  const status = STATUSES[code ?? -1];
  if (status !== undefined) return refusedWith(failure, { status, keyVariable: KEY_VARIABLE });
  if (code !== undefined) return failure(`broke off its answer (gRPC ${code}).`, { retryable: true });
  // Before any call: the library looks for credentials.
  return failure(`has no credentials. Check ${KEY_VARIABLE}.`, { retryable: false });
};

/** google.rpc.Code; `undefined`: it's no error of gRPC's. */
export const grpcCodeOf = (error: unknown): number | undefined => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
};
