import { type ClientOptions, type RawData, WebSocket } from 'ws';
import { type AppError, isAppError } from '../domain/errors.js';
import { type Failure, refusedWith } from './service.js';

export interface DialOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long the connection may take. */
  readonly openWithinMs: number;
  /** The environment's variables, for advice. */
  readonly keyVariable: string;
  readonly urlVariable: string;
  readonly failure: Failure;
}

export interface ProviderSocketOptions extends DialOptions {
  /** One that is open already, and nobody else's; absent: it's dialled. */
  readonly spare?: WebSocket | undefined;
  /** Takes each message, parsed as JSON. What it throws ends the socket. */
  readonly onMessage: (message: unknown) => void;
  /** Takes each binary message, where the provider sends such. */
  readonly onBytes?: (bytes: Uint8Array) => void;
  /** Called once, when the socket is gone and nobody here closed it. */
  readonly onFailure: (error: AppError) => void;
}

/** What a provider may leave unread: a minute of mu-law, or three quarters of one in base64. */
const MAX_UNSENT_BYTES = 500_000;

/** A provider that doesn't answer our close frame is left. */
const CLOSE_WITHIN_MS = 1_000;

const SOCKET_OPTIONS: ClientOptions = { perMessageDeflate: false, maxPayload: 4 * 1_048_576 };

/** A provider's WebSocket with JSON messages. What is sent before it is open waits. */
export class ProviderSocket {
  readonly #options: ProviderSocketOptions;
  readonly #socket: WebSocket;
  readonly #opening: NodeJS.Timeout | undefined;
  #early: (string | Uint8Array)[] = [];
  #earlyBytes = 0;
  #isOver = false;

  /** Throws `failure` for an address or a key that can't be sent. */
  constructor(options: ProviderSocketOptions) {
    this.#options = options;
    const { openWithinMs, failure } = options;
    this.#socket = options.spare ?? dial(options);
    const late = () =>
      this.#fail(failure(`opened no connection within ${openWithinMs} ms.`, { retryable: true }));
    this.#opening = options.spare ? undefined : setTimeout(late, openWithinMs);
    this.#socket
      .on('open', () => this.#open())
      .on('message', (data, isBinary) => this.#receive(data, isBinary))
      .on('unexpected-response', (_request, { statusCode: status = 0 }) =>
        this.#fail(refusedWith(failure, { status, ...options })),
      )
      .on('error', (error) => this.#fail(lostConnection(error, options)))
      .on('close', (code) => this.#fail(failure(`closed the connection (${code}).`, { retryable: true })));
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Text as such, bytes as a binary message. After the end it's dropped. */
  send(data: string | Uint8Array): void {
    if (this.#isOver) return;
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(data);
    } else {
      this.#early.push(data);
      this.#earlyBytes += data.length;
    }
    if (this.#earlyBytes + this.#socket.bufferedAmount > MAX_UNSENT_BYTES) {
      this.#fail(this.#options.failure('takes no more audio.', { retryable: true }));
    }
  }

  /** Says `goodbye` where the connection is there, and leaves. */
  close(goodbye?: string): void {
    if (this.#isOver) return;
    const isOpen = this.#socket.readyState === WebSocket.OPEN;
    if (isOpen && goodbye !== undefined) this.#socket.send(goodbye);
    this.#end();
    if (!isOpen) return this.#socket.terminate();
    this.#socket.close(1000);
    const leaving = setTimeout(() => this.#socket.terminate(), CLOSE_WITHIN_MS).unref();
    this.#socket.once('close', () => clearTimeout(leaving));
  }

  #open(): void {
    clearTimeout(this.#opening);
    for (const data of this.#early) this.#socket.send(data);
    this.#early = [];
    this.#earlyBytes = 0;
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#isOver) return;
    const { onMessage, onBytes } = this.#options;
    try {
      if (isBinary && onBytes && Buffer.isBuffer(data)) onBytes(data);
      else onMessage(JSON.parse(String(data)));
    } catch (error) {
      // V8's message quotes what it can't parse, and so it isn't the cause.
      const happened = "sent a message that isn't JSON.";
      this.#fail(isAppError(error) ? error : this.#options.failure(happened, { retryable: true }));
    }
  }

  #fail(error: AppError): void {
    if (this.#isOver) return;
    this.#end();
    this.#socket.terminate();
    this.#options.onFailure(error);
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#opening);
    this.#early = [];
  }
}

/** Begins the handshake. Throws `failure` as `ProviderSocket` does: what the constructor says may quote the key. */
export const dial = ({ url, headers, failure, keyVariable, urlVariable }: DialOptions): WebSocket => {
  try {
    return new WebSocket(url, { ...SOCKET_OPTIONS, headers });
  } catch {
    throw failure(`can't be called like this. Check ${keyVariable} and ${urlVariable}.`);
  }
};

/** A socket's address where the environment has a site's: `wss://api.example.com` for `https://api.example.com/`. */
export const socketUrl = (baseUrl: string): string => baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '');

/** The socket's own message may name hosts, and the URL's query has nothing to do in a log. */
const lostConnection = (
  error: Error & { readonly code?: unknown },
  { failure, urlVariable }: ProviderSocketOptions,
): AppError => {
  const code = typeof error.code === 'string' ? ` (${error.code})` : '';
  return failure(`lost the connection${code}. Check the network and ${urlVariable}.`, { retryable: true });
};
