import { EventEmitter, once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { resetSocket } from '../support/reset-socket.js';

/** What goes wrong with a socket: at the handshake, or at the first thing that it would answer. */
export type SocketFault =
  /** Refuses the handshake with this status. */
  | 400
  | 401
  | 404
  | 429
  | 500
  | 503
  /** Takes the connection and never answers the handshake. */
  | 'hang'
  /** Takes everything, and answers nothing. */
  | 'stall'
  /** Sends what isn't JSON. */
  | 'garbage'
  /** Sends JSON of another shape. */
  | 'other shape'
  /** Closes with 1011. */
  | 'close'
  /** A TCP reset. */
  | 'reset';

export const urlOf = ({ url = '' }: IncomingMessage): URL => new URL(url, 'http://emulator');

/** Text parsed as JSON, audio as bytes. */
export type Received = Readonly<Record<string, unknown>> | Uint8Array;

/** One socket of a client, seen from the server. */
export class ServedSocket {
  /** In order. */
  readonly received: Received[] = [];
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** How it ended. */
  readonly closed: Promise<number>;
  readonly #changes = new EventEmitter().setMaxListeners(0);

  constructor(
    readonly socket: WebSocket,
    readonly tcp: Socket,
    request: IncomingMessage,
    readonly fault: SocketFault | undefined,
  ) {
    this.url = urlOf(request);
    this.headers = request.headers;
    this.closed = new Promise((resolve) => {
      socket.on('close', resolve);
    });
    // A client that breaks off is told by how the socket closes.
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer, isBinary) => {
      const item: Received = isBinary ? new Uint8Array(data) : JSON.parse(String(data));
      this.received.push(item);
      this.#changes.emit('change', item);
    });
  }

  /** The audio so far. */
  get audio(): Uint8Array {
    return Buffer.concat(this.received.filter((item) => item instanceof Uint8Array));
  }

  /** The types of the text messages so far. */
  get commands(): unknown[] {
    return this.received.flatMap((item) => (item instanceof Uint8Array ? [] : [item.type]));
  }

  /** Resolves when the client, too, has its end open. */
  async opened(): Promise<void> {
    this.socket.ping();
    await once(this.socket, 'pong');
  }

  /** Resolves when it's so. */
  async until(condition: (socket: ServedSocket) => boolean): Promise<void> {
    while (!condition(this)) await once(this.#changes, 'change');
  }

  /** The client's message with this number, from 0, as soon as it's there. */
  async message(number: number): Promise<Received | undefined> {
    await this.until(({ received }) => received.length > number);
    return this.received[number];
  }

  /** Answers the client's messages in order: the next one waits until it's done. */
  answer(take: (item: Received) => Promise<void> | void): void {
    let last = Promise.resolve();
    this.#changes.on('change', (item: Received) => {
      last = last.then(() => take(item));
    });
  }

  /** A message, or instead of it what the fault says. */
  send(message: unknown): void {
    if (this.fault === undefined) this.socket.send(JSON.stringify(message));
    else this.fail(this.fault);
  }

  /** What the fault says, from here on. */
  fail(fault: SocketFault): void {
    if (fault === 'close') this.socket.close(1011, 'something secret was said');
    if (fault === 'reset') resetSocket(this.tcp);
    if (fault === 'garbage') this.socket.send('<html>something secret was said</html>');
    if (fault === 'other shape') this.socket.send('{"type":7,"audio":7,"text":"something secret was said"}');
  }
}
