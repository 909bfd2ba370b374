import { Agent, type RequestInfo, type RequestInit, fetch as undiciFetch } from 'undici';

/**
 * A connection that nobody uses is kept for so long: Node's own `fetch` closes it after 4 s, and a caller's turns are mostly
 * further apart. Most servers keep theirs longer (Cloudflare, in front of OpenAI and Anthropic, for 400 s, nginx for 75 s, an
 * AWS load balancer for 60 s; each by its documentation), so that a request seldom meets a server that is just closing.
 * One that says that it keeps it shorter (`Keep-Alive: timeout=5`) is heeded.
 */
const IDLE_MS = 55_000;

/** A provider's HTTP connections, for its official client. Those that nobody uses keep no process alive. */
export class HttpConnections {
  readonly #agent: Agent;

  constructor({ idleMs = IDLE_MS } = {}) {
    this.#agent = new Agent({ keepAliveTimeout: idleMs, keepAliveMaxTimeout: idleMs });
  }

  /** As the global one. It's undici's own: Node's is of another version, which may not get on with this agent. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const request = { ...init, dispatcher: this.#agent };
    return (await undiciFetch(input as RequestInfo, request as RequestInit)) as unknown as Response;
  };
}
