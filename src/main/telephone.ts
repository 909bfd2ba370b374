import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../domain/logger.js';
import type { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import type { LiveChannel } from '../live/live-channel.js';
import type { Providers } from '../providers/registry.js';
import { CallIndex } from '../telephony/call-index.js';
import { IncomingCalls } from '../telephony/incoming-call.js';
import { MediaSessions } from '../telephony/media-sessions.js';
import { MediaTokens } from '../telephony/media-token.js';
import { MediaUpgrade } from '../telephony/media-upgrade.js';
import { NumberDirectory } from '../telephony/number-directory.js';
import { telephonyRoutes } from '../telephony/routes.js';
import type { PublicAddress } from '../telephony/signature.js';
import { StreamAddresses } from '../telephony/stream-addresses.js';
import type { LiveCalls } from '../voice/live-calls.js';
import type { CallTraces } from '../voice/trace/call-traces.js';
import { derivedKey, type Secrets } from './secrets.js';
import type { Storage } from './storage.js';

export interface TelephoneOptions {
  readonly storage: Storage;
  readonly secrets: Secrets;
  readonly pseudonyms: Pseudonyms;
  readonly calls: LiveCalls;
  readonly live: LiveChannel;
  readonly traces: CallTraces;
  readonly providers: Providers;
  readonly address: PublicAddress;
  readonly logger: Logger;
  /** As in `IncomingCallOptions`. */
  readonly unknownNumberSentence: string | undefined;
  /** No new call is taken any more. */
  readonly isDraining: () => boolean;
}

/** Twilio's door: its webhooks and its media sockets. */
export class Telephone {
  readonly #index: CallIndex;
  readonly #upgrade: MediaUpgrade;
  readonly #routes: (server: FastifyInstance) => Promise<void>;

  constructor({
    storage,
    secrets,
    pseudonyms,
    calls,
    live,
    traces,
    providers,
    address,
    logger,
    unknownNumberSentence,
    isDraining,
  }: TelephoneOptions) {
    const now = Date.now;
    const { ledger } = storage;
    const authToken = secrets.twilioAuthToken;
    const index = new CallIndex(storage.connection('ledger'));
    const directory = new NumberDirectory(ledger, pseudonyms);
    const tokens = new MediaTokens(derivedKey(secrets.masterKey, 'media tokens'));
    const addresses = new StreamAddresses(address, tokens, now);
    const incomingCalls = new IncomingCalls({
      calls,
      directory,
      index,
      keys: ledger.keys,
      pseudonyms,
      addresses,
      logger,
      now,
      unknownNumberSentence,
      isClosed: isDraining,
    });
    const sessions = new MediaSessions({ calls, directory, providers, live, traces, logger, now });
    this.#index = index;
    this.#upgrade = new MediaUpgrade({ authToken, address, tokens, sessions, logger, now });
    this.#routes = telephonyRoutes({
      authToken,
      address,
      incomingCalls,
      callStatus: { calls, index, pseudonyms },
      streamEnded: { calls, index, pseudonyms, addresses, directory, now },
    });
  }

  async register(server: FastifyInstance): Promise<void> {
    await server.register(this.#routes);
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#upgrade.handle(request, socket, head);
  }

  async close(): Promise<void> {
    await this.#index.close();
  }
}
