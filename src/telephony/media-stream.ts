import type { WebSocket } from 'ws';
import { ErrorCode, isAppError, messageOf, reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import type { MediaLink } from '../voice/mouth.js';
import type { VoiceSession } from '../voice/session.js';
import { MediaClock } from './media-clock.js';
import { parseTwilioMessage, type StreamStart, type TwilioMessage } from './twilio-messages.js';

/** RFC 6455's codes, as we use them. */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  unsupported: 1003,
  unreadable: 1007,
  refused: 1008,
  failed: 1011,
} as const;

/** Twilio sends `start` at once. */
const START_WITHIN_MS = 10_000;
/** In a row: two seconds of them. */
const MAX_UNREADABLE = 100;

export interface MediaStreamOptions {
  readonly socket: WebSocket;
  readonly logger: Logger;
  /**
   * The session for a stream that has started, `openedMs` by `performance.now()`: before then it can't have had audio. It throws an
   * `AppError` for one that may not have one.
   */
  readonly open: (start: StreamStart, link: MediaLink, openedMs: number) => Promise<VoiceSession>;
}

/**
 * One Twilio media stream: reads its messages, and gives its session a link back. What can't be read is left out, and
 * the stream goes on; before the start it can't.
 */
export class MediaStream {
  readonly #options: MediaStreamOptions;
  readonly #startTimer: NodeJS.Timeout;
  readonly #clock = new MediaClock();
  readonly #openedMs = performance.now();
  #streamSid: string | null = null;
  #session: VoiceSession | null = null;
  /** What came while the session was being opened, readable or not, for when it's there. */
  #early: ((session: VoiceSession) => void)[] = [];
  #unreadable = 0;
  #isClosed = false;

  constructor(options: MediaStreamOptions) {
    this.#options = options;
    const { socket } = options;
    this.#startTimer = setTimeout(() => this.#close(CloseCode.refused, 'no start message'), START_WITHIN_MS);
    socket.on('message', (data, isBinary) => this.#onMessage(String(data), isBinary));
    socket.on('close', () => this.#onClosed());
    // A broken socket closes, too: that is where it's handled.
    socket.on('error', (error) => options.logger.warn({ error: reasonOf(error) }, 'A media socket broke.'));
  }

  #onMessage(text: string, isBinary: boolean): void {
    if (this.#isClosed) return;
    const message = this.#parse(text, isBinary);
    if (!message || message.event === 'ignored') return;
    if (message.event === 'start') void this.#start(message.start);
    else if (this.#streamSid !== null) this.#tell((session) => this.#deliver(session, message));
  }

  #parse(text: string, isBinary: boolean): TwilioMessage | null {
    try {
      if (isBinary) throw new TypeError('a binary message');
      const message = parseTwilioMessage(text, this.#streamSid);
      this.#unreadable = 0;
      return message;
    } catch (error) {
      this.#onUnreadable(messageOf(error).slice(0, 200));
      return null;
    }
  }

  #onUnreadable(error: string): void {
    this.#unreadable++;
    const details = { streamSid: this.#streamSid, error };
    if (this.#unreadable === 1)
      this.#options.logger.warn(details, 'Left out a media message that cannot be read.');
    if (this.#streamSid === null) return this.#close(CloseCode.unreadable, 'unreadable before the start');
    const isTooMuch = this.#unreadable > MAX_UNREADABLE;
    this.#tell((session) => session.onUnreadable(error, !isTooMuch));
    if (isTooMuch) this.#close(CloseCode.unreadable, 'too many unreadable messages');
  }

  #tell(tell: (session: VoiceSession) => void): void {
    if (this.#session) tell(this.#session);
    else this.#early.push(tell);
  }

  async #start(start: StreamStart): Promise<void> {
    // A second start of the same socket says nothing new.
    if (this.#streamSid !== null) return;
    clearTimeout(this.#startTimer);
    this.#streamSid = start.streamSid;
    try {
      const session = await this.#options.open(start, this.#link(start.streamSid), this.#openedMs);
      this.#session = session;
      session.start();
      for (const tell of this.#early.splice(0)) tell(session);
      if (this.#isClosed) session.onSocket('closed');
    } catch (error) {
      this.#options.logger.warn(
        { callSid: start.callSid, error: reasonOf(error) },
        'Refused a media stream.',
      );
      if (!isAppError(error) || error.code === ErrorCode.UNAVAILABLE)
        return this.#close(CloseCode.failed, 'try again later');
      const isUnsupported = error.code === ErrorCode.BAD_USER_INPUT;
      this.#close(isUnsupported ? CloseCode.unsupported : CloseCode.refused, error.message);
    }
  }

  #deliver(session: VoiceSession, message: TwilioMessage): void {
    switch (message.event) {
      case 'media': {
        const { payload, timestampMs } = message;
        return session.onMedia(payload, this.#clock.at(timestampMs, payload.length));
      }
      case 'mark':
        return session.onMark(message.name);
      case 'dtmf':
        return session.onKey(message.digit);
      case 'stop':
        return session.onSocket('stop');
      case 'start':
      case 'ignored':
        return undefined;
    }
  }

  #link(streamSid: string): MediaLink {
    const send = (message: object) => {
      if (!this.#isClosed) this.#options.socket.send(JSON.stringify(message));
    };
    return {
      audio: (bytes) =>
        send({ event: 'media', streamSid, media: { payload: asBuffer(bytes).toString('base64') } }),
      mark: (name) => send({ event: 'mark', streamSid, mark: { name } }),
      clear: () => send({ event: 'clear', streamSid }),
      close: (fencedBy) =>
        isAppError(fencedBy, ErrorCode.ALREADY_EXISTS)
          ? this.#close(CloseCode.refused, fencedBy.message)
          : this.#close(CloseCode.normal, ''),
    };
  }

  #close(code: number, reason: string): void {
    clearTimeout(this.#startTimer);
    if (this.#isClosed) return;
    this.#isClosed = true;
    // RFC 6455: a close frame has 123 bytes for its reason.
    this.#options.socket.close(code, reason.slice(0, 120));
  }

  #onClosed(): void {
    clearTimeout(this.#startTimer);
    this.#isClosed = true;
    this.#session?.onSocket('closed');
  }
}

/** The same bytes, without a copy. */
const asBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, length);
