import { AppError, ErrorCode, type ErrorDetails } from '../domain/errors.js';
import type { Capability } from './registry.js';

/** As errors and the terminal have them. */
export const capabilityNames: Readonly<Record<Capability, string>> = {
  speechToText: 'speech to text',
  languageModel: 'language model',
  textToSpeech: 'text to speech',
  speechToSpeech: 'speech to speech',
  embeddings: 'embeddings',
};

/** Who may fail: `owner` is the name as it stands before what it has, `Cartesia's`. */
export interface Service {
  readonly name: string;
  readonly owner: string;
  readonly capability: Capability;
}

/** Names what failed: the provider, what for, and which model. UNAVAILABLE, unless another code is given. */
export type Failure = (happened: string, details?: ErrorDetails, code?: ErrorCode) => AppError;

/** Names the service and the model in each of its errors. */
export const failureOf =
  ({ name, owner, capability }: Service, model: string): Failure =>
  (happened, details = {}, code = ErrorCode.UNAVAILABLE) =>
    new AppError(code, `${owner} ${capabilityNames[capability]} (${model}) ${happened}`, {
      provider: name,
      capability,
      model,
      ...details,
    });

/** Only what looks like an identifier is repeated: a provider's own words may quote the request. */
export const reasonIn = (value: unknown): string =>
  typeof value === 'string' && /^[a-z][a-z0-9_]{0,60}$/.test(value) ? ` (${value})` : '';

export interface Refusal {
  readonly status: number;
  /** What the provider gave as its reason; repeated where it's an identifier. */
  readonly reason?: unknown;
  /** Of the environment: where the key is. */
  readonly keyVariable: string;
}

/** A provider's status as an error: RATE_LIMITED for 429, else UNAVAILABLE. */
export const refusedWith = (failure: Failure, { status, reason, keyVariable }: Refusal): AppError => {
  const why = reasonIn(reason);
  if (status === 401 || status === 403) {
    return failure(`refused the key (${status}). Check ${keyVariable}.`, { status, retryable: false });
  }
  if (status === 429) {
    const happened = `answered 429${why}. Check the account's limits and credit.`;
    return failure(happened, { status, retryable: true }, ErrorCode.RATE_LIMITED);
  }
  return failure(`answered ${status}${why}.`, { status, retryable: status >= 500 || status === 408 });
};
