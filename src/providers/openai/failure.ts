import { APIConnectionError, APIError, InternalServerError } from 'openai';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { Overdue } from '../exchange.js';
import type { Capability } from '../registry.js';
import { type Failure, failureOf } from '../service.js';

/** What a request was for: every error names it. */
export interface Operation {
  readonly capability: Capability;
  readonly model: string;
  /** Absent: OpenAI itself. */
  readonly server?: Server | undefined;
}

/** Whose server speaks OpenAI's API, for errors. */
export interface Server {
  /** As in an agent's settings. */
  readonly provider: string;
  /** In a sentence: `The compatible server's`. */
  readonly whose: string;
  /** The variables of its key and its address. */
  readonly keyVariable: string;
  readonly urlVariable: string;
}

const OPENAI: Server = {
  provider: 'openai',
  whose: "OpenAI's",
  keyVariable: 'OPENAI_API_KEY',
  urlVariable: 'OPENAI_BASE_URL',
};

/** UNAVAILABLE, unless another code is given. */
export const openAiError = (
  { capability, model, server = OPENAI }: Operation,
  ...failed: Parameters<Failure>
): AppError => failureOf({ name: server.provider, owner: server.whose, capability }, model)(...failed);

/**
 * Whatever a request failed with, as an `AppError`: RATE_LIMITED for status 429, else UNAVAILABLE. The original isn't its
 * cause, because OpenAI's messages quote requests, and V8's quote JSON that it can't parse: the caller's words would
 * be in the logs.
 */
export const openAiFailure = (operation: Operation, error: unknown): AppError => {
  if (error instanceof AppError) return error;
  if (error instanceof Overdue) return openAiError(operation, `sent nothing for ${error.patienceMs} ms.`);
  if (error instanceof APIError && error.status !== undefined) return refused(operation, error);
  const socketError = socketErrorOf(error);
  if (error instanceof APIConnectionError || socketError !== null) {
    const code = socketError === null ? '' : ` (${socketError})`;
    const { urlVariable } = operation.server ?? OPENAI;
    return openAiError(operation, `lost the connection${code}. Check the network and ${urlVariable}.`);
  }
  if (error instanceof APIError) return openAiError(operation, `broke off its answer${reasonsOf(error)}.`);
  const { name } = fieldsOf(error);
  if (name === 'SyntaxError') return openAiError(operation, "sent an answer that isn't JSON.");
  return openAiError(operation, `failed unexpectedly (${name}).`);
};

/** Whether the same request may well succeed at once: the server stumbled, or a connection kept open had gone stale. */
export const isPassing = (error: unknown): boolean =>
  error instanceof InternalServerError || error instanceof APIConnectionError;

const refused = (operation: Operation, error: APIError): AppError => {
  const { status } = error;
  const details = { status, requestId: error.requestID ?? null };
  if (status === 401) {
    const { keyVariable } = operation.server ?? OPENAI;
    return openAiError(operation, `refused the key (401). Check ${keyVariable}.`, details);
  }
  const happened = `answered ${status}${reasonsOf(error)}.`;
  if (status === 429) {
    const advice = "Check the account's limits and credit.";
    return openAiError(operation, `${happened} ${advice}`, details, ErrorCode.RATE_LIMITED);
  }
  return openAiError(operation, happened, details);
};

/** Only what looks like an identifier: `insufficient_quota`, `reasoning_effort`, `messages[2].content`. */
const IDENTIFIER = /^[a-z][a-z0-9_]*(\[\d+\]|\.[a-z0-9_]+)*$/;

const reasonsOf = ({ code, type, param }: APIError): string => {
  const reasons = [code ?? type, param].filter(
    (reason): reason is string => typeof reason === 'string' && IDENTIFIER.test(reason),
  );
  return reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
};

/** `ECONNRESET`, `UND_ERR_SOCKET` …: fetch wraps the socket's error in others. */
const socketErrorOf = (error: unknown): string | null => {
  for (let inner = error, depth = 0; inner && depth < 5; inner = fieldsOf(inner).cause, depth++) {
    const { code } = fieldsOf(inner);
    if (typeof code === 'string' && /^[A-Z][A-Z_]+$/.test(code)) return code;
  }
  return null;
};

/** Without `instanceof Error`: fetch's errors are Node's own, and a test's realm has another `Error`. */
const fieldsOf = (error: unknown): { name?: unknown; code?: unknown; cause?: unknown } =>
  typeof error === 'object' && error !== null ? error : {};
