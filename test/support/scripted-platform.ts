import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import twilio from 'twilio';
import { type WebSocket, WebSocketServer } from 'ws';

export const AUTH_TOKEN = 'a-token-for-tests';

export interface ReceivedWebhook {
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  /** By Twilio's own check. */
  readonly signed: boolean;
}

type Message = { readonly event: string } & Readonly<Record<string, unknown>>;

/** The platform's end of a media stream. */
export interface ReceivedStream {
  readonly path: string;
  readonly signed: boolean;
  readonly socket: WebSocket;
  readonly messages: readonly Message[];
  /** The code. */
  readonly closed: Promise<number>;
  audio(ms: number, byte?: number): void;
  mark(name: string): void;
  clear(): void;
}

export interface ScriptedPlatform {
  readonly url: string;
  readonly webhooks: readonly ReceivedWebhook[];
  readonly streams: readonly ReceivedStream[];
  close(): Promise<void>;
}

export interface PlatformScript {
  /** What the platform calls itself; its own address where absent. */
  readonly publicUrl?: string;
  /** TwiML, or a status and a body, by the number of the webhook, from 0; status callbacks don't count. */
  readonly answer: (webhook: number, publicUrl: string) => string | { status: number; body: string };
  readonly onStream?: (stream: ReceivedStream, number: number) => void;
  readonly onMessage?: (message: Message, stream: ReceivedStream) => void;
}

export const connectTo = (publicUrl: string, action?: string): string => {
  const attribute = action === undefined ? '' : ` action="${publicUrl}${action}"`;
  const url = `${publicUrl.replace(/^http/, 'ws')}/media/token`;
  return `<Response><Connect${attribute}><Stream url="${url}"/></Connect></Response>`;
};

/** A platform that does what a test says: for what a real one can't be brought to do at will. */
export const startScriptedPlatform = async (script: PlatformScript): Promise<ScriptedPlatform> => {
  const webhooks: ReceivedWebhook[] = [];
  const streams: ReceivedStream[] = [];
  let answered = 0;
  const publicUrl = () => script.publicUrl ?? `http://localhost:${(server.address() as AddressInfo).port}`;
  const isSigned = (request: IncomingMessage, base: string, form: Readonly<Record<string, string>>) => {
    const { 'x-twilio-signature': signature = '' } = request.headers;
    return twilio.validateRequest(AUTH_TOKEN, String(signature), `${base}${request.url}`, { ...form });
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    const path = request.url ?? '';
    webhooks.push({ path, form, signed: isSigned(request, publicUrl(), form) });
    const answer = path === '/webhooks/call-status' ? '' : script.answer(answered++, publicUrl());
    const { status, body } = typeof answer === 'string' ? { status: 200, body: answer } : answer;
    response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
  };
  const server = createServer((request, response) => {
    // A client that hangs up in the middle of its request is gone, and gets no answer.
    respond(request, response).catch(() => response.destroy());
  });

  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket, request) => {
    const messages: Message[] = [];
    const send = (message: object) => {
      const start = messages.find(({ event }) => event === 'start');
      socket.send(JSON.stringify({ ...message, streamSid: start?.streamSid }));
    };
    const stream: ReceivedStream = {
      path: request.url ?? '',
      signed: isSigned(request, publicUrl().replace(/^http/, 'ws'), {}),
      socket,
      messages,
      closed: once(socket, 'close').then(([code]) => code as number),
      audio: (ms, byte = 0x55) =>
        send({ event: 'media', media: { payload: Buffer.alloc(ms * 8, byte).toString('base64') } }),
      mark: (name) => send({ event: 'mark', mark: { name } }),
      clear: () => send({ event: 'clear' }),
    };
    streams.push(stream);
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message;
      messages.push(message);
      if (message.event === 'start') script.onStream?.(stream, streams.length - 1);
      script.onMessage?.(message, stream);
    });
    // A caller who vanishes resets the connection: that is what some tests are about.
    socket.on('error', () => undefined);
  });

  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    webhooks,
    streams,
    close: async () => {
      for (const { socket } of streams) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
