import { AsyncLocalStorage } from 'node:async_hooks';
import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { AccessTokens } from '../identity/tokens.js';
import type { Viewer } from '../identity/viewer.js';
import { ApiContext, type ApiServices } from './context.js';
import { formatError } from './errors.js';
import { limits, MAX_TOKENS } from './limits.js';

export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly services: ApiServices;
  readonly tokens: AccessTokens;
  /** Whether anybody may ask for the schema and use the page at `/graphql`. */
  readonly introspection: boolean;
}

/** The bearer's credential; `null` without one. Throws what `AccessTokens.verify` throws. */
export const viewerOf = (authorization: unknown, tokens: AccessTokens): Viewer | null => {
  const [, token] = /^Bearer (.+)$/.exec(typeof authorization === 'string' ? authorization : '') ?? [];
  return token === undefined ? null : tokens.verify(token);
};

/** Queries and mutations at `/graphql`. */
export const registerGraphql = async (
  server: FastifyInstance,
  { schema, services, tokens, introspection }: GraphqlOptions,
): Promise<void> => {
  const requestIds = new AsyncLocalStorage<string>();
  const format = formatError(services.logger);
  const apollo = new ApolloServer<ApiContext>({
    schema,
    introspection,
    validationRules: [...limits],
    parseOptions: { maxTokens: MAX_TOKENS },
    // Twice as fast, and the schema has no client that sends batches.
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, error) => format(formatted, error, requestIds.getStore() ?? ''),
  });
  await apollo.start();
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    requestIds.run(request.id, done);
  });
  server.addHook('onClose', () => apollo.stop());
  await server.register(fastifyApollo(apollo), {
    context: async (request: FastifyRequest) => {
      const viewer = viewerOf(request.headers.authorization, tokens);
      const minPosition = request.headers['x-min-position'];
      return new ApiContext(
        services,
        viewer,
        request.id,
        typeof minPosition === 'string' ? minPosition : null,
      );
    },
  });
};
