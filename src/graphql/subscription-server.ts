import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type ExecutionArgs,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { CloseCode, type Context, GRAPHQL_TRANSPORT_WS_PROTOCOL, type SubscribePayload } from 'graphql-ws';
import { type Extra as SocketExtra, useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Viewer } from '../identity/viewer.js';
import { ApiContext } from './context.js';
import { formatError, logFaults, withRequestId } from './errors.js';
import { limits, MAX_TOKENS } from './limits.js';
import { refuseNulIn } from './nul-characters.js';
import { type GraphqlOptions, viewerOf } from './server.js';

const MAX_MESSAGE_BYTES = 64 * 1024;
const RULES = [...specifiedRules, ...limits];

export interface SubscriptionServerOptions extends GraphqlOptions {
  /** Pages of other origins may not subscribe; a request without an origin is no page's. */
  readonly allowedOrigins: readonly string[];
}

type Extra = { viewer?: Viewer; stopWatching?: () => void };
type Connection = Context<Record<string, unknown>, SocketExtra & Extra>;

/** Subscriptions over graphql-ws, at `/graphql` too. The token comes in `connectionParams.authorization`. */
export class SubscriptionServer {
  readonly #options: SubscriptionServerOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (protocols) =>
      protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false,
  });
  readonly #disposable: { dispose(): void | Promise<void> };

  constructor(options: SubscriptionServerOptions) {
    this.#options = options;
    this.#disposable = useServer<Record<string, unknown>, Extra>(
      {
        onConnect: (connection) => this.#connect(connection),
        onDisconnect: ({ extra }) => extra.stopWatching?.(),
        onSubscribe: (connection, _id, payload) => this.#subscribe(connection, payload),
        onNext: (_connection, _id, _payload, _args, result) =>
          result.errors && ({ ...result, errors: this.#format(result.errors) } as FormattedExecutionResult),
        onError: (_connection, _id, _payload, errors) => this.#format(errors),
      },
      this.#server,
    );
  }

  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { origin, host } = request.headers;
    if (origin !== undefined && !this.#mayConnect(origin, host)) {
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nPages of ${origin} may not connect: see CORS_ORIGINS.\n`,
      );
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#server.emit('connection', webSocket, request);
    });
  }

  async close(): Promise<void> {
    await this.#disposable.dispose();
  }

  #mayConnect(origin: string, host: string | undefined): boolean {
    return (
      this.#options.allowedOrigins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host)
    );
  }

  /** `false` closes with 4403, and the client comes back with another token. */
  #connect({ connectionParams, extra }: Connection): boolean {
    const viewer = this.#verify(connectionParams?.authorization);
    if (!viewer) return false;
    extra.viewer = viewer;
    extra.stopWatching = this.#options.credentials.whenOver(viewer, (reason) =>
      extra.socket.close(CloseCode.Forbidden, reason),
    );
    return true;
  }

  #verify(authorization: unknown): Viewer | null {
    try {
      return viewerOf(authorization, this.#options.credentials);
    } catch {
      // The close code says it; a reason would tell a stranger more than its owner needs.
      return null;
    }
  }

  #subscribe({ extra }: Connection, { query, variables, operationName }: SubscribePayload) {
    const { schema, services } = this.#options;
    try {
      const document = parse(query, { maxTokens: MAX_TOKENS });
      const errors = validate(schema, document, RULES);
      if (errors.length > 0) return errors;
      if (getOperationAST(document, operationName)?.operation !== 'subscription') {
        return [new GraphQLError('Only subscriptions go over the socket; send this to POST /graphql.')];
      }
      refuseNulIn(variables);
      const contextValue = new ApiContext(services, extra.viewer ?? null, randomUUID(), null);
      return { schema, document, contextValue, variableValues: variables, operationName } as ExecutionArgs;
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }

  #format(errors: readonly GraphQLError[]): GraphQLFormattedError[] {
    const requestId = randomUUID();
    logFaults(errors, requestId, this.#options.services.logger);
    return errors.map((error) => withRequestId(formatError(error.toJSON(), error), requestId));
  }
}
