import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Credentials } from '../identity/credentials.js';
import type { Viewer } from '../identity/viewer.js';
import { ApiContext, type ApiServices } from './context.js';
import { formatError, logFaults, withRequestId } from './errors.js';
import { limits, MAX_TOKENS } from './limits.js';
import { refuseNulIn } from './nul-characters.js';

export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly services: ApiServices;
  readonly credentials: Credentials;
  /** Whether anybody may ask for the schema and use the page at `/graphql`. */
  readonly introspection: boolean;
}

/** The bearer's credential; `null` without one. Throws what `Credentials.verify` throws. */
export const viewerOf = (authorization: unknown, credentials: Credentials): Viewer | null => {
  const [, token] = /^Bearer (.+)$/.exec(typeof authorization === 'string' ? authorization : '') ?? [];
  return token === undefined ? null : credentials.verify(token);
};

/** Queries and mutations at `/graphql`. */
export const registerGraphql = async (
  server: FastifyInstance,
  { schema, services, credentials, introspection }: GraphqlOptions,
): Promise<void> => {
  const apollo = new ApolloServer<ApiContext>({
    schema,
    introspection,
    validationRules: [...limits],
    parseOptions: { maxTokens: MAX_TOKENS },
    // Twice as fast, and the schema has no client that sends batches.
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, error) => formatError(formatted, error),
    plugins: [nulCharactersPlugin, requestIdsPlugin(services)],
  });
  await apollo.start();
  server.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  server.addHook('onClose', () => apollo.stop());
  await server.register(fastifyApollo(apollo), {
    context: async (request: FastifyRequest) => {
      const viewer = viewerOf(request.headers.authorization, credentials);
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

/** Before anything is asked of a resolver. */
const nulCharactersPlugin: ApolloServerPlugin<ApiContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ request }) => refuseNulIn(request.variables),
  }),
};

/** Names the request in each error, and logs those that are ours to mend. */
const requestIdsPlugin = ({ logger }: ApiServices): ApolloServerPlugin<ApiContext> => ({
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue }) => logFaults(errors, contextValue.requestId, logger),
    willSendResponse: async ({ response, contextValue }) => {
      if (response.body.kind !== 'single') return;
      const { singleResult } = response.body;
      if (!singleResult.errors) return;
      singleResult.errors = singleResult.errors.map((error) => withRequestId(error, contextValue.requestId));
    },
  }),
});
