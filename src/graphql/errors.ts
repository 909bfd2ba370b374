import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
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

/** An error as the API tells it: what is ours to mend shows its request id, and nothing else. */
export const formatError =
  (logger: Logger) =>
  (formatted: GraphQLFormattedError, error: unknown, requestId: string): GraphQLFormattedError => {
    const { message, code, details } = explain(formatted, original(error), logger, requestId);
    return {
      message,
      ...(formatted.locations ? { locations: formatted.locations } : {}),
      ...(formatted.path ? { path: formatted.path } : {}),
      extensions: { code, requestId, timestamp: new Date().toISOString(), details },
    };
  };

const explain = (
  formatted: GraphQLFormattedError,
  error: unknown,
  logger: Logger,
  requestId: string,
): { message: string; code: string; details: object } => {
  if (error instanceof AppError && error.code !== ErrorCode.INTERNAL) {
    return { message: error.message, code: error.code, details: error.details };
  }
  if (error instanceof ArgumentValidationError) {
    return {
      message: `The input is not valid: ${invalidFields(error)}.`,
      code: ErrorCode.BAD_USER_INPUT,
      details: {},
    };
  }
  const code = String(formatted.extensions?.code ?? '');
  if (CLIENT_FAULTS.has(code) || (error instanceof GraphQLError && code !== 'INTERNAL_SERVER_ERROR')) {
    return { message: formatted.message, code: ErrorCode.BAD_USER_INPUT, details: {} };
  }
  logger.error(
    { requestId, error: messageOf(error), stack: error instanceof Error ? error.stack : undefined },
    'A request failed.',
  );
  return {
    message: `Something went wrong on our side; tell us the request id ${requestId}.`,
    code: ErrorCode.INTERNAL,
    details: {},
  };
};
