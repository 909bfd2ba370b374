import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { TypedDocumentString } from './gql/graphql.js';

export interface ApiError {
  readonly message: string;
  readonly extensions: {
    readonly code: string;
    readonly requestId: string;
    readonly details?: Record<string, unknown>;
  };
}

/** The API answered with errors; `errors` has them all. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';

  constructor(readonly errors: readonly ApiError[]) {
    super(errors.map(({ message }) => message).join('; '));
  }
}

/** A client of the GraphQL API, as its users have one: over HTTP, and graphql-ws for subscriptions. */
export class ApiClient {
  readonly #url: string;
  readonly #token: string | undefined;
  #subscriptions: Client | undefined;

  /** `url`: the platform's, as `http://localhost:8000`. */
  constructor(url: string, token?: string) {
    this.#url = url;
    this.#token = token;
  }

  /** The same API, as another user. */
  as(token: string): ApiClient {
    return new ApiClient(this.#url, token);
  }

  /** Throws `ApiFailure` when the answer has errors. */
  async request<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...[variables]: string extends keyof Variables ? [] : [Variables]
  ): Promise<Result> {
    const response = await fetch(`${this.#url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    const { data, errors } = (await response.json()) as { data: Result; errors?: readonly ApiError[] };
    if (errors) throw new ApiFailure(errors);
    return data;
  }

  /** Ends when the server says so, or the consumer stops. Throws `ApiFailure`, and the close event of a socket that closes. */
  async *subscribe<Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): AsyncIterable<Result> {
    this.#subscriptions ??= createClient({
      url: `${this.#url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${this.#token}` },
      retryAttempts: 0,
    });
    const results = this.#subscriptions.iterate<Result>({ query: document.toString(), variables });
    try {
      for await (const { data, errors } of results) {
        if (errors) throw new ApiFailure(errors as unknown as ApiError[]);
        if (data) yield data;
      }
    } catch (error) {
      // What refuses the subscription itself comes as a plain array.
      throw Array.isArray(error) ? new ApiFailure(error as ApiError[]) : error;
    }
  }

  async close(): Promise<void> {
    await this.#subscriptions?.dispose();
  }
}
