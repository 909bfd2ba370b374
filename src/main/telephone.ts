import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Environment } from '../config.js';
import type { Logger } from '../domain/logger.js';
import type { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import type { LedgerTail } from '../ledger/tail.js';
import type { LiveChannel } from '../live/live-channel.js';
import type { Providers } from '../providers/registry.js';
import type { Admission } from '../telephony/admission.js';
import { CallIndex } from '../telephony/call-index.js';
import { CallSlots } from '../telephony/call-slots.js';
import { ForeignAccounts } from '../telephony/foreign-accounts.js';
import { FreeLines } from '../telephony/free-lines.js';
import { Greetings } from '../telephony/greetings.js';
import { Handovers } from '../telephony/handovers.js';
import type { Heartbeat } from '../telephony/heartbeat.js';
import { IncomingCalls } from '../telephony/incoming-call.js';
import { LostCalls } from '../telephony/lost-calls.js';
import { MediaSessions } from '../telephony/media-sessions.js';
import { MediaTokens } from '../telephony/media-token.js';
import { MediaUpgrade } from '../telephony/media-upgrade.js';
import { NumberDirectory } from '../telephony/number-directory.js';
import { telephonyRoutes } from '../telephony/routes.js';
import type { PublicAddress } from '../telephony/signature.js';
import { StreamAddresses } from '../telephony/stream-addresses.js';
import type { TwilioRest } from '../telephony/twilio-rest.js';
import type { WaitingCalls } from '../telephony/waiting-calls.js';
import type { LiveCalls } from '../voice/live-calls.js';
import type { CallQualities } from '../voice/quality/call-qualities.js';
import type { CallRecordings } from '../voice/recording/call-recordings.js';
import type { Retrievers } from '../voice/retrieval/retriever.js';
import type { CallTraces } from '../voice/trace/call-traces.js';
import { named } from './http-server.js';
import type { Role } from './roles.js';
import { derivedKey, type Secrets } from './secrets.js';
import type { Storage } from './storage.js';

export interface TelephoneOptions {
  readonly storage: Storage;
  readonly secrets: Secrets;
  readonly pseudonyms: Pseudonyms;
  readonly calls: LiveCalls;
  readonly live: LiveChannel;
  readonly tail: LedgerTail;
  readonly traces: CallTraces;
  readonly recordings: CallRecordings;
  readonly qualities: CallQualities;
  readonly providers: Providers;
  /** The tenants' documents; absent: this installation has none. */
  readonly retrievers?: Retrievers | undefined;
  readonly address: PublicAddress;
  readonly environment: Environment;
  readonly roles: ReadonlySet<Role>;
  /** `null`: there are no credentials for it. */
  readonly rest: TwilioRest | null;
  readonly admission: Admission;
  readonly heartbeat: Heartbeat;
  readonly waiting: WaitingCalls | null;
  readonly logger: Logger;
  /** No new call is taken any more. */
  readonly isDraining: () => boolean;
}

/** Twilio's door: its webhooks and its media sockets, and who looks after the calls of lost processes. */
export class Telephone {
  readonly #index: CallIndex;
  readonly #handovers: Handovers;
  readonly #slots: CallSlots;
  readonly #upgrade: MediaUpgrade;
  readonly #routes: (server: FastifyInstance) => Promise<void>;
  /** `null`: there are no credentials for Twilio's REST API. */
  readonly #lostCalls: LostCalls | null;
  #unfollow = (): void => undefined;

  constructor(options: TelephoneOptions) {
    const { storage, secrets, pseudonyms, calls, live, traces, providers, address, logger } = options;
    const { environment, roles, rest, admission, heartbeat, waiting, isDraining } = options;
    const now = Date.now;
    const { ledger, readModels } = storage;
    const authToken = secrets.twilioAuthToken;
    const index = new CallIndex(storage.connection('ledger'));
    const handovers = new Handovers(storage.connection('ledger'));
    const slots = new CallSlots(storage.connection('ledger'), readModels);
    const carriesMedia = roles.has('media');
    const lines = new FreeLines({ admission, heartbeat, slots, waiting, carriesMedia, isDraining });
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
      lines,
      logger,
      now,
      unknownNumberSentence: environment.UNKNOWN_NUMBER_SENTENCE,
      busyWaitMs: environment.BUSY_WAIT_SECONDS * 1_000,
    });
    const { retrievers, recordings, qualities } = options;
    const greetings = new Greetings({ providers, directory, logger, now });
    if (carriesMedia) this.#unfollow = options.tail.followAll((event) => greetings.onEvent(event));
    const sessions = new MediaSessions({
      calls,
      directory,
      providers,
      greetings,
      live,
      retrievers,
      traces,
      recordings,
      qualities,
      logger,
      now,
    });
    const isLeaving = () => isDraining() && heartbeat.hasRoomElsewhere;
    const known = { calls, index, pseudonyms };
    this.#index = index;
    this.#handovers = handovers;
    this.#slots = slots;
    this.#upgrade = new MediaUpgrade({ authToken, address, tokens, sessions, logger, now, isLeaving });
    this.#routes = telephonyRoutes({
      authToken,
      address,
      incomingCalls,
      foreignAccounts: new ForeignAccounts(environment.TWILIO_ACCOUNT_SID, logger),
      callStatus: { ...known, lines, now },
      streamEnded: { ...known, handovers, addresses, directory, logger, now },
      streamStatus: { ...known, now },
    });
    this.#lostCalls =
      rest && roles.has('telephony')
        ? new LostCalls({ calls, readModels, handovers, heartbeat, rest, addresses, directory, logger, now })
        : null;
  }

  async register(server: FastifyInstance): Promise<void> {
    await server.register(named('webhooks', this.#routes));
  }

  /** Once the platform is reached: what is told to Twilio from here on, it may come with at once. */
  start(): void {
    this.#lostCalls?.start();
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#upgrade.handle(request, socket, head);
  }

  async close(): Promise<void> {
    this.#unfollow();
    await this.#lostCalls?.stop();
    await this.#index.close();
    await this.#handovers.close();
    await this.#slots.close();
  }
}
