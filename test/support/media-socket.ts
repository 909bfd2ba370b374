import { once } from 'node:events';
import { WebSocket } from 'ws';
import { signatureOf } from './twilio.js';

export interface MediaSocketOptions {
  readonly callSid: string;
  readonly accountSid: string;
  readonly streamSid?: string;
  readonly signature?: string | null;
  readonly mediaFormat?: object;
}

const SILENT_FRAME = Buffer.alloc(160, 0xff).toString('base64');

/** Twilio's end of a media socket, by hand: for what a well-behaved Twilio never sends. */
export class MediaSocket {
  readonly messages: { event: string; [field: string]: unknown }[] = [];
  readonly socket: WebSocket;
  readonly streamSid: string;
  readonly closed: Promise<{ code: number; reason: string }>;
  #sequence = 0;
  #timestampMs = 37;

  private constructor(socket: WebSocket, streamSid: string) {
    this.socket = socket;
    this.streamSid = streamSid;
    socket.on('message', (data) => this.messages.push(JSON.parse(String(data))));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /** Dials an address. Throws when the upgrade is refused. */
  static async dial(
    url: string,
    { signature, streamSid = `MZ${'0'.repeat(32)}` }: Partial<MediaSocketOptions> = {},
  ) {
    const signed = signature === undefined ? signatureOf(url) : signature;
    const socket = new WebSocket(url, { headers: signed === null ? {} : { 'x-twilio-signature': signed } });
    await once(socket, 'open');
    return new MediaSocket(socket, streamSid);
  }

  /** Dials and starts. */
  static async start(url: string, options: MediaSocketOptions): Promise<MediaSocket> {
    const media = await MediaSocket.dial(url, options);
    media.sendStart(options);
    return media;
  }

  sendStart({ callSid, accountSid, mediaFormat }: MediaSocketOptions): void {
    this.send({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    this.send({
      event: 'start',
      sequenceNumber: String(++this.#sequence),
      streamSid: this.streamSid,
      start: {
        streamSid: this.streamSid,
        callSid,
        accountSid,
        tracks: ['inbound'],
        mediaFormat: mediaFormat ?? { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: {},
      },
    });
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  sendSilence(frames: number): void {
    for (let at = 0; at < frames; at++) this.sendFrame(SILENT_FRAME);
  }

  /** 20 ms of the caller, whatever the payload is. */
  sendFrame(payload: string): void {
    const sequenceNumber = String(++this.#sequence);
    this.send({
      event: 'media',
      sequenceNumber,
      streamSid: this.streamSid,
      media: { track: 'inbound', chunk: sequenceNumber, timestamp: String(this.#timestampMs), payload },
    });
    this.#timestampMs += 20;
  }

  /** From now on it says of each piece at once that it was played. */
  echoMarks(): void {
    this.socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.event === 'mark') this.send(message);
    });
  }

  /** The line loses so much: the next frame's timestamp is so much later. */
  skip(ms: number): void {
    this.#timestampMs += ms;
  }

  /** Whether the platform has sent audio. */
  get hasAudio(): boolean {
    return this.messages.some(({ event }) => event === 'media');
  }

  stop({ callSid, accountSid }: MediaSocketOptions): void {
    this.send({
      event: 'stop',
      sequenceNumber: '9',
      streamSid: this.streamSid,
      stop: { callSid, accountSid },
    });
  }
}
