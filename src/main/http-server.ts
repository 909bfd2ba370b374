import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify';
import { ErrorCode, isAppError, messageOf, reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';

/** What a code of ours means over HTTP; what isn't here is our own fault. */
const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  [ErrorCode.BAD_USER_INPUT]: 400,
  [ErrorCode.UNAUTHENTICATED]: 401,
  [ErrorCode.TOKEN_EXPIRED]: 401,
  [ErrorCode.FORBIDDEN]: 403,
  [ErrorCode.NOT_FOUND]: 404,
  [ErrorCode.ALREADY_EXISTS]: 409,
  [ErrorCode.CONFLICT]: 409,
  [ErrorCode.LIMIT_EXCEEDED]: 413,
  [ErrorCode.FILE_TOO_LARGE]: 413,
  [ErrorCode.RATE_LIMITED]: 429,
  [ErrorCode.RETRY_LATER]: 503,
  [ErrorCode.UNAVAILABLE]: 503,
  [ErrorCode.OUTCOME_UNKNOWN]: 503,
};

const BODY_LIMIT_BYTES = 256 * 1024;

/** An HTTP server whose errors all have the same shape: `{ error: { code, message, details, timestamp, requestId } }`. */
export const createHttpServer = async (
  { corsOrigins }: { readonly corsOrigins: readonly string[] },
  logger: Logger,
): Promise<FastifyInstance> => {
  const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const known = isAppError(error) && error.code !== ErrorCode.INTERNAL;
    // Fastify's own: a body that is too large, or no JSON.
    const { statusCode } = error as { statusCode?: number };
    const status = known ? (statusOf[error.code] ?? 500) : (statusCode ?? 500);
    if (status >= 500)
      logger.error({ requestId: request.id, url: request.url, error: reasonOf(error) }, 'A request failed.');
    void reply.status(status).send({
      error: {
        code: known ? error.code : status < 500 ? ErrorCode.BAD_USER_INPUT : ErrorCode.INTERNAL,
        message: known
          ? error.toClients
          : status < 500
            ? messageOf(error)
            : `Something went wrong on our side; tell us the request id ${request.id}.`,
        details: known ? error.details : {},
        timestamp: new Date().toISOString(),
        requestId: request.id,
      },
    });
  };
  const server = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: () => randomUUID(),
    // A client that is gone must not keep a shutdown waiting.
    forceCloseConnections: true,
    // An address that can't be decoded finds no route, and so no error handler.
    frameworkErrors: answerError,
  });
  await server.register(cors, { origin: [...corsOrigins] });
  server.setErrorHandler(answerError);
  server.setNotFoundHandler((request, reply) =>
    reply.status(404).send({
      error: {
        code: ErrorCode.NOT_FOUND,
        message: `There is nothing at ${request.method} ${request.url.split('?')[0]}.`,
        details: {},
        timestamp: new Date().toISOString(),
        requestId: request.id,
      },
    }),
  );
  return server;
};

/** The plugin with a name for Fastify's messages; one without has Fastify look for it among all modules. */
export const named = (name: string, plugin: FastifyPluginAsync): FastifyPluginAsync =>
  Object.assign(plugin, { [Symbol.for('fastify.display-name')]: name });
