import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { resetSocket } from '../../support/reset-socket.js';

/** What goes wrong: an error status, or something that no status tells. */
export type Fault =
  /** Answers with this status. */
  | 401
  | 429
  | 500
  /** Never answers. */
  | 'hang'
  /** Half of the answer, then nothing more. */
  | 'stall'
  /** Half of the answer, then a TCP reset. */
  | 'reset'
  /** A proxy's web page, with status 200. */
  | 'garbage';

/** How an answer comes. By default at once, in pieces that end in the middle of events and samples. */
export interface Delivery {
  readonly fault?: Fault;
  /** Waited for before the headers are sent: a delay, or a gate that a test opens. */
  readonly beforeHeaders?: () => Promise<unknown>;
  /** Waited for between two pieces of the body. */
  readonly betweenPieces?: () => Promise<unknown>;
  readonly pieceBytes?: number;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

export const json = (body: unknown, status = 200): Answer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(body),
});

/** Server-sent events; a text goes out as it is. */
export const events = (data: readonly unknown[]): Answer => ({
  status: 200,
  contentType: 'text/event-stream; charset=utf-8',
  body: data.map((item) => `data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`).join(''),
});

/** OpenAI's error body. */
export const refusal = (
  status: number,
  code: string | null,
  message: string,
  param: string | null = null,
): Answer => json({ error: { message, type: 'invalid_request_error', param, code } }, status);

const ERROR_CODES = { 401: 'invalid_api_key', 429: 'rate_limit_exceeded', 500: 'server_error' } as const;

/** Pieces end in the middle of nearly any event, and of a sample. */
const EVENT_PIECE_BYTES = 97;
const PIECE_BYTES = 4801;

/** `quote` is what the client sent: OpenAI's messages quote requests too. */
export const deliver = async (
  response: ServerResponse<IncomingMessage>,
  answer: Answer,
  { fault, beforeHeaders, betweenPieces, pieceBytes }: Delivery,
  quote: () => string,
): Promise<void> => {
  if (fault === 'hang') return;
  await beforeHeaders?.();
  const { status, contentType, body } = faulty(answer, fault, quote);
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'content-type': contentType,
    'x-request-id': 'req_emulated',
    ...retryAfter(status),
  });
  response.flushHeaders();
  const step = pieceBytes ?? (contentType.startsWith('text/event-stream') ? EVENT_PIECE_BYTES : PIECE_BYTES);
  const end = fault === 'stall' || fault === 'reset' ? Math.floor(bytes.length / 2) : bytes.length;
  for (let at = 0; at < end && !response.destroyed; at += step) {
    if (at > 0) await (betweenPieces ?? nextTurn)();
    response.write(bytes.subarray(at, Math.min(end, at + step)));
  }
  if (fault === 'stall') return;
  if (fault === 'reset') resetSocket(response.socket);
  else response.end();
};

const faulty = (answer: Answer, fault: Fault | undefined, quote: () => string): Answer => {
  if (typeof fault === 'number') {
    return refusal(fault, ERROR_CODES[fault], `Could not process this request: ${quote()}`);
  }
  if (fault !== 'garbage') return answer;
  return { status: 200, contentType: 'text/html', body: `<html><body>Welcome! ${quote()}</body></html>\n\n` };
};

/** Longer than anybody on a telephone waits. */
const retryAfter = (status: number) => (status === 429 ? { 'retry-after': '20' } : {});
