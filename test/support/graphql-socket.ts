import { once } from 'node:events';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { type ClientOptions, WebSocket } from 'ws';
import { until } from './postgres/until.js';

/** A message of graphql-ws, as the platform sent it. */
export interface GraphqlMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A client's end of the API's socket, by hand: for what the official client never sends. */
export class GraphqlSocket {
  readonly messages: GraphqlMessage[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.messages.push(JSON.parse(String(data))));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /** Opens the socket at `/graphql`, and says nothing. Throws when the upgrade is refused. */
  static async open(
    url: string,
    options: ClientOptions = {},
    protocols: readonly string[] = [GRAPHQL_TRANSPORT_WS_PROTOCOL],
  ): Promise<GraphqlSocket> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, [...protocols], options);
    const opened = new GraphqlSocket(socket);
    await once(socket, 'open');
    return opened;
  }

  /** Opens it, and sends the credential. */
  static async connect(url: string, token: string): Promise<GraphqlSocket> {
    const socket = await GraphqlSocket.open(url);
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await socket.message('connection_ack');
    return socket;
  }

  /** As JSON; what isn't an object goes out as it is. */
  send(message: object | string): void {
    const isRaw = typeof message === 'string' || Buffer.isBuffer(message);
    this.socket.send(isRaw ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: Readonly<Record<string, unknown>> = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** The first message of this type, and of this operation where one is given. */
  message(type: string, id?: string): Promise<GraphqlMessage> {
    return until(`the platform sends "${type}"`, async () =>
      this.messages.find((message) => message.type === type && message.id === id),
    );
  }

  /** An operation's results, so far. */
  results<Result>(id: string): readonly Result[] {
    return this.messages
      .filter((message) => message.type === 'next' && message.id === id)
      .map(({ payload }) => (payload as { data: Result }).data);
  }
}
