import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { hangUpOf, startHttpServer } from '../http-server.js';
import { deliver } from '../openai/delivery.js';
import { type MessagesScript, messages, messagesScriptFor, refusal } from './messages.js';

export interface EmulatedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  /** The client hung up before it had the whole answer. */
  readonly hungUp: Promise<void>;
}

export interface AnthropicEmulator {
  /** For the client's `baseURL`. */
  readonly baseUrl: string;
  readonly requests: readonly EmulatedRequest[];
  /** As of the `HttpServer`. */
  readonly connections: readonly Socket[];
  /** How the next requests are answered, in order; without a script, by its default. */
  readonly scripts: MessagesScript[];
  close(): Promise<void>;
}

const ERRORS = {
  401: 'authentication_error',
  429: 'rate_limit_error',
  500: 'api_error',
} as const;

/** An Anthropic that isn't: its Messages API on a port of this machine. */
export const startAnthropicEmulator = async (): Promise<AnthropicEmulator> => {
  const scripts: MessagesScript[] = [];
  const requests: EmulatedRequest[] = [];
  const answer = async (incoming: IncomingMessage, response: ServerResponse<IncomingMessage>) => {
    if (incoming.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    const body = (await json(incoming)) as Readonly<Record<string, unknown>>;
    const quote = () => JSON.stringify(body).slice(0, 2000);
    requests.push({ headers: incoming.headers, body, hungUp: hangUpOf(response) });
    const { fault, ...script } = messagesScriptFor(body, scripts);
    if (typeof fault === 'number') {
      const refused = refusal(fault, ERRORS[fault], `Could not process: ${quote()}`);
      return deliver(response, refused, script, quote);
    }
    const made = hasKey(incoming) ? messages(body, script) : refusal(401, ERRORS[401], 'No key.');
    return deliver(response, made, fault === undefined ? script : { ...script, fault }, quote);
  };
  const { origin: baseUrl, connections, close } = await startHttpServer(answer);
  return { baseUrl, requests, connections, scripts, close };
};

/** Version 1 of the client sends a bearer token, the ones before it a header of their own; both name a version. */
const hasKey = ({ headers, url, method }: IncomingMessage): boolean =>
  method === 'POST' &&
  url === '/v1/messages' &&
  headers['anthropic-version'] !== undefined &&
  (headers.authorization?.startsWith('Bearer ') === true || headers['x-api-key'] !== undefined);
