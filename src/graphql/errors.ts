import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { asUnavailable } from '../database/connection-lost.js';
import { AppError, ErrorCode, reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';

/** What GraphQL itself finds wrong with a request, by Apollo's names. */
const CLIENT_FAULTS = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_USER_INPUT',
]);

const original = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError ? original(error.originalError) : error;

const invalidFields = ({ extensions }: ArgumentValidationError): string => {
  const errors = extensions.validationErrors as readonly {
    property: string;
    constraints?: Record<string, string>;
  }[];
  return errors
    .flatMap(({ property, constraints }) =>
      Object.values(constraints ?? { [property]: `${property} is not valid` }),
    )
    .join('; ');
};

interface Explained {
  readonly message: string;
  readonly code: string;
  readonly details: object;
}

/** An error as the API tells it: of what is ours to mend it says nothing. */
export const formatError = (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
  const fault = asUnavailable('What is asked for', original(error));
  const { message, code, details } = explain(formatted, fault);
  return {
    message,
    ...(formatted.locations ? { locations: formatted.locations } : {}),
    ...(formatted.path ? { path: formatted.path } : {}),
    extensions: { code, timestamp: new Date().toISOString(), details },
  };
};

export const withRequestId = (error: GraphQLFormattedError, requestId: string): GraphQLFormattedError => ({
  ...error,
  extensions: { ...error.extensions, requestId },
});

/** Logs, with the request's id, what `formatError` keeps to itself. */
export const logFaults = (errors: readonly GraphQLError[], requestId: string, logger: Logger): void => {
  for (const error of errors) {
    const fault = original(error);
    const isKeptBack = fault instanceof AppError && fault.toClients !== fault.message;
    if (!isKeptBack && explain(error.toJSON(), fault).code !== ErrorCode.INTERNAL) continue;
    const stack = fault instanceof Error ? fault.stack : undefined;
    logger.error({ requestId, error: reasonOf(fault), stack }, 'A request failed.');
  }
};

const explain = (formatted: GraphQLFormattedError, error: unknown): Explained => {
  if (error instanceof AppError && error.code !== ErrorCode.INTERNAL) {
    return { message: error.toClients, code: error.code, details: error.details };
  }
  if (error instanceof ArgumentValidationError) {
    const message = `The input is not valid: ${invalidFields(error)}.`;
    return { message, code: ErrorCode.BAD_USER_INPUT, details: {} };
  }
  const code = String(formatted.extensions?.code ?? '');
  if (CLIENT_FAULTS.has(code) || (error instanceof GraphQLError && code !== 'INTERNAL_SERVER_ERROR')) {
    return { message: formatted.message, code: ErrorCode.BAD_USER_INPUT, details: {} };
  }
  return {
    message: 'Something went wrong on our side; tell us the requestId of this error.',
    code: ErrorCode.INTERNAL,
    details: {},
  };
};
