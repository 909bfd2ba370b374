import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { isAppError, reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import type { MediaSessions } from './media-sessions.js';
import { MediaStream } from './media-stream.js';
import type { MediaGrant, MediaTokens } from './media-token.js';
import { checkSignature, type PublicAddress } from './signature.js';

/** A message is one payload: 20 ms of audio is 300 bytes. */
const MAX_MESSAGE_BYTES = 64 * 1024;

export interface MediaUpgradeOptions {
  readonly authToken: string;
  readonly address: PublicAddress;
  readonly tokens: MediaTokens;
  readonly sessions: MediaSessions;
  readonly logger: Logger;
  readonly now: () => number;
  /** This process stops, and another takes its calls. */
  readonly isLeaving: () => boolean;
}

/** Twilio's media sockets: `/media/<token>`. */
export class MediaUpgrade {
  readonly #options: MediaUpgradeOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });

  constructor(options: MediaUpgradeOptions) {
    this.#options = options;
  }

  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Twilio then asks what comes next, and dials another process.
    if (this.#options.isLeaving())
      return void socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
    let grant: MediaGrant;
    try {
      grant = this.#check(request);
    } catch (error) {
      const { logger } = this.#options;
      logger.warn({ error: reasonOf(error) }, 'Refused a media socket.');
      const reason = isAppError(error) ? error.message : 'The media path is not valid.';
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${reason}\n`,
      );
      return;
    }
    const { sessions, logger } = this.#options;
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      new MediaStream({
        socket: webSocket,
        logger,
        open: (start, link, openedMs) => sessions.open(grant, start, link, openedMs),
      });
    });
  }

  #check(request: IncomingMessage): MediaGrant {
    const { authToken, address, tokens, now } = this.#options;
    const path = request.url ?? '';
    const signature = request.headers['x-twilio-signature'];
    // The token first: what isn't ours needs no signature check, and its reason is the clearer one.
    const grant = tokens.verify(path.slice('/media/'.length), now());
    checkSignature(
      authToken,
      typeof signature === 'string' ? signature : undefined,
      `${address.websocketBaseUrl}${path}`,
    );
    return grant;
  }
}
