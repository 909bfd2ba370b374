import { APIConnectionError, APIError, InternalServerError } from '@anthropic-ai/sdk';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { Overdue } from '../exchange.js';
import { type Failure, failureOf } from '../service.js';

const SERVICE = { name: 'anthropic', owner: "Anthropic's", capability: 'languageModel' } as const;

/** UNAVAILABLE, unless another code is given. */
export const anthropicError = (model: string, ...failed: Parameters<Failure>): AppError =>
  failureOf(SERVICE, model)(...failed);

/**
 * Whatever a request failed with, as an `AppError`: RATE_LIMITED for status 429, else UNAVAILABLE. The original isn't its
 * cause: the API's messages quote requests, and V8's quote JSON that it can't parse, so the caller's words would be in the
 * logs.
 */
export const anthropicFailure = (model: string, error: unknown): AppError => {
  if (error instanceof AppError) return error;
  if (error instanceof Overdue) return anthropicError(model, `sent nothing for ${error.patienceMs} ms.`);
  if (error instanceof APIConnectionError) {
    return anthropicError(model, 'lost the connection. Check the network and ANTHROPIC_BASE_URL.');
  }
  if (error instanceof APIError) return refused(model, error);
  return anthropicError(model, "sent an answer that can't be read.");
};

/** Whether the same request may well succeed at once: a stumble, or a connection kept open that had gone stale. */
export const isPassing = (error: unknown): boolean =>
  error instanceof InternalServerError || error instanceof APIConnectionError;

/** Within a stream there is no status, only the kind. */
const refused = (model: string, { status, type, requestID }: APIError): AppError => {
  const kind = type === null ? '' : ` (${type})`;
  const details = { status: status ?? null, requestId: requestID ?? null };
  if (status === undefined) return anthropicError(model, `broke off its answer${kind}.`, details);
  if (status === 401) {
    return anthropicError(model, 'refused the key (401). Check ANTHROPIC_API_KEY.', details);
  }
  if (status !== 429) return anthropicError(model, `answered ${status}${kind}.`, details);
  const happened = `answered 429${kind}. Check the account's limits and credit.`;
  return anthropicError(model, happened, details, ErrorCode.RATE_LIMITED);
};
