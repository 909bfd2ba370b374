import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import type { CallerFrame } from './caller-audio.js';
import {
  connectedMessage,
  keyMessage,
  markMessage,
  mediaMessage,
  type PlatformMessage,
  parsePlatformMessage,
  type StreamNames,
  startMessage,
  stopMessage,
} from './carrier-messages.js';

export interface CarrierStreamOptions {
  /** Where the platform is reached. */
  readonly url: string;
  readonly signature: string;
  readonly callSid: string;
  readonly accountSid: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly onMessage: (message: PlatformMessage) => void;
}

/** How the socket went. 1006: without a close frame, so the line broke, or the process at its other end did. */
export interface StreamEnd {
  readonly code: number;
  readonly reason: string;
}

export const BROKEN_CODE = 1006;

/** Twilio's error 31901. */
const CONNECT_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 5_000;
/** A real trace's first frame has the timestamp 155, and later ones aren't multiples of 20. */
const FIRST_TIMESTAMP_MS = 100;
const TIMESTAMP_JITTER_MS = 2;

/** Twilio's end of a media stream. */
export class CarrierStream {
  readonly names: StreamNames;
  /** Resolves when the socket is gone, whoever closed it. */
  readonly ended: Promise<StreamEnd>;
  readonly #socket: WebSocket;
  readonly #tcp: Socket;
  readonly #firstTimestampMs = FIRST_TIMESTAMP_MS + randomBytes(1).readUInt8() / 2;
  /** What the platform sent that Twilio would warn of: each problem once. */
  readonly #warnings = new Set<string>();
  readonly #received = { media: 0, mark: 0, clear: 0 };
  #marksEchoed = 0;
  #maxBacklogBytes = 0;
  #sequenceNumber = 1;
  #chunk = 0;
  #startDueMs = 0;

  private constructor(
    socket: WebSocket,
    tcp: Socket,
    { callSid, accountSid, parameters, onMessage }: CarrierStreamOptions,
  ) {
    this.#socket = socket;
    this.#tcp = tcp;
    this.names = { streamSid: `MZ${randomBytes(16).toString('hex')}`, callSid, accountSid };
    socket.on('message', (data, isBinary) => {
      const message = this.#parse(String(data), isBinary);
      if (!message) return;
      this.#received[message.event]++;
      onMessage(message);
    });
    this.ended = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    socket.send(connectedMessage());
    socket.send(startMessage(this.names, parameters));
  }

  /** Connects and sends `connected` and `start`. Throws `UNAVAILABLE` where the platform doesn't take the socket. */
  static dial(options: CarrierStreamOptions): Promise<CarrierStream> {
    const { url, signature } = options;
    const socket = new WebSocket(url, {
      headers: { 'x-twilio-signature': signature, 'user-agent': 'TwilioMediaStreams' },
      perMessageDeflate: false,
      handshakeTimeout: CONNECT_WITHIN_MS,
    });
    return new Promise((resolve, reject) => {
      const refuse = (why: string) => {
        reject(new AppError(ErrorCode.UNAVAILABLE, `The media socket ${url} was not taken: ${why}.`));
        socket.terminate();
      };
      socket.once('upgrade', ({ socket: tcp }) => {
        socket.once('open', () => resolve(new CarrierStream(socket, tcp, options)));
      });
      socket.once('unexpected-response', (_request, response) => {
        void refusal(response).then(refuse);
      });
      // What comes after the connection is there is told by how it closes.
      socket.on('error', (error) => refuse(messageOf(error)));
    });
  }

  /** What went over it so far. */
  get report() {
    return {
      streamSid: this.names.streamSid,
      framesSent: this.#chunk,
      mediaReceived: this.#received.media,
      marksReceived: this.#received.mark,
      marksEchoed: this.#marksEchoed,
      clears: this.#received.clear,
      maxBacklogBytes: this.#maxBacklogBytes,
      warnings: [...this.#warnings],
    };
  }

  /** 20 ms of the caller. `dueMs`: when its last sample was spoken; the stream's timestamps are counted from its first. */
  media({ base64 }: CallerFrame, dueMs: number): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#chunk === 0) this.#startDueMs = dueMs;
    this.#chunk++;
    const jitterMs = ((this.#chunk * 7) % (2 * TIMESTAMP_JITTER_MS + 1)) - TIMESTAMP_JITTER_MS;
    const timestampMs = Math.round(this.#firstTimestampMs + dueMs - this.#startDueMs + jitterMs);
    const { streamSid } = this.names;
    this.#send(mediaMessage(streamSid, this.#next(), this.#chunk, timestampMs, base64));
    this.#maxBacklogBytes = Math.max(this.#maxBacklogBytes, this.#socket.bufferedAmount);
  }

  key(digit: string): void {
    this.#send(keyMessage(this.names.streamSid, this.#next(), digit));
  }

  mark(name: string): void {
    this.#marksEchoed++;
    this.#send(markMessage(this.names.streamSid, this.#next(), name));
  }

  /** The caller hung up: `stop`, and then the socket closes. */
  stop(): void {
    this.#send(stopMessage(this.names, this.#next()));
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), CLOSE_WITHIN_MS).unref();
  }

  /** The connection breaks without a word: a TCP reset, which TLS has no way to ask for. */
  vanish(): void {
    // Node 20 loses a socket that is reset while it's being shut down.
    if (this.#tcp instanceof TLSSocket || !this.#tcp.writable) this.#tcp.destroy();
    else this.#tcp.resetAndDestroy();
  }

  #next(): number {
    this.#sequenceNumber++;
    return this.#sequenceNumber;
  }

  #send(message: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  #parse(message: string, isBinary: boolean): PlatformMessage | null {
    try {
      if (isBinary) throw new TypeError('it is binary (Twilio’s warning 31950)');
      return parsePlatformMessage(message, this.names.streamSid);
    } catch (error) {
      this.#warnings.add(`A message would be ignored by Twilio: ${messageOf(error)}.`);
      return null;
    }
  }
}

/** What the platform says in place of an upgrade. */
const refusal = async (response: IncomingMessage): Promise<string> => {
  const body = await text(response).catch(() => '');
  return `it answered ${response.statusCode} ${body.trim()}`.trim();
};
