import { Agent, Pool, type RequestInfo, type RequestInit, fetch as undiciFetch } from 'undici';

/**
 * A connection that nobody uses is kept for so long: Node's own `fetch` closes it after 4 s, and a caller's turns are mostly
 * further apart. Most servers keep theirs longer (Cloudflare, in front of OpenAI and Anthropic, for 400 s, nginx for 75 s, an
 * AWS load balancer for 60 s; each by its documentation), so that a request seldom meets a server that is just closing.
 * One that says that it keeps it shorter (`Keep-Alive: timeout=5`) is heeded.
 */
const IDLE_MS = 55_000;

/** A connection that is opened in advance may take so long, and the answer to what opens it. */
const OPEN_WITHIN_MS = 5_000;

/** A provider's HTTP connections, for its official client. Those that nobody uses keep no process alive. */
export class HttpConnections {
  readonly #agent: Agent;
  readonly #pools = new Map<string, Pool>();
  readonly #openWithinMs: number;

  constructor({ openWithinMs = OPEN_WITHIN_MS } = {}) {
    this.#openWithinMs = openWithinMs;
    this.#agent = new Agent({
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      factory: (origin, options) => {
        const pool = new Pool(origin, options);
        this.#pools.set(String(origin), pool);
        return pool;
      },
    });
  }

  /**
   * Opens a connection to the server at this URL where none is free. Throws what undici throws, after 5 s at the latest.
   *
   * undici opens one for a request only, so there is one: `OPTIONS`, which asks for nothing, and is sent without a key; any
   * answer will do. After a `HEAD` undici closes the connection.
   */
  async warmUp(url: string): Promise<void> {
    const { origin, pathname: path } = new URL(url);
    if ((this.#pools.get(origin)?.stats.free ?? 0) > 0) return;
    const signal = AbortSignal.timeout(this.#openWithinMs);
    const { body } = await this.#agent.request({ origin, path, method: 'OPTIONS', signal });
    await body.dump();
  }

  /** As the global one. It's undici's own: Node's is of another version, which may not get on with this agent. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const request = { ...init, dispatcher: this.#agent };
    return (await undiciFetch(input as RequestInfo, request as RequestInit)) as unknown as Response;
  };
}
