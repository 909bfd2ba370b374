import type { ApiClient } from '../../src/client/api-client.js';
import { ApiClient as Client } from '../../src/client/api-client.js';
import { Login } from '../../src/client/operations.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { ErrorCode, isAppError, messageOf } from '../../src/domain/errors.js';
import { callStream } from '../../src/domain/stream.js';
import { Pseudonyms } from '../../src/ledger/keys/pseudonyms.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { CallReport } from '../../src/simulator/call-report.js';
import { type CallEvent as LineEvent, placeCall } from '../../src/simulator/place-call.js';
import { parseScenario } from '../../src/simulator/scenario.js';
import { startTwilioEmulator, type TwilioEmulator } from '../emulators/twilio/emulator.js';
import { type Command, urlOf, type Variables, Workplace } from './command.js';
import { openLedger } from './ledger.js';
import { type LoadBalancer, startLoadBalancer } from './load-balancer.js';
import { ADMIN, TWILIO_AUTH_TOKEN } from './platform.js';
import { until } from './postgres/until.js';
import { testIndexKey } from './secrets.js';
import { ACCOUNT_SID, CALLER, newCallSid } from './twilio.js';

/** A `ledgerline serve`, in a process of its own. */
export interface FleetProcess {
  readonly command: Command;
  /** Where it listens itself. */
  readonly url: string;
}

type Recorded = CallEvent & {
  readonly id: string;
  readonly revision: number;
  readonly metadata: { readonly actor: { readonly id: string } };
};

/** Several processes on one database, behind one address, and a Twilio that isn't. */
export class Fleet {
  readonly #pseudonyms = new Pseudonyms(testIndexKey);
  readonly #closeLedger: () => Promise<void>;
  readonly #processes = new Set<FleetProcess>();
  readonly #ledger: Ledger;

  private constructor(
    readonly workplace: Workplace,
    readonly balancer: LoadBalancer,
    readonly twilio: TwilioEmulator,
  ) {
    const { ledger, close } = openLedger(workplace.databaseUrl);
    this.#ledger = ledger;
    this.#closeLedger = close;
  }

  /** `variables` of all its processes. */
  static async open(variables: Variables = {}): Promise<Fleet> {
    const balancer = await startLoadBalancer();
    const twilio = await startTwilioEmulator({ accountSid: ACCOUNT_SID, authToken: TWILIO_AUTH_TOKEN });
    const workplace = await Workplace.openWithDatabase({
      NODE_ENV: 'test',
      PUBLIC_URL: balancer.url,
      LEDGERLINE_INDEX_KEY: testIndexKey.export().toString('base64'),
      TWILIO_AUTH_TOKEN,
      TWILIO_ACCOUNT_SID: ACCOUNT_SID,
      TWILIO_API_BASE_URL: twilio.url,
      MAX_LOOP_LAG_MS: '0',
      MAX_CPU_PERCENT: '0',
      ...variables,
    });
    return new Fleet(workplace, balancer, twilio);
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  /** Two processes: those that live, and new ones for those that don't. The balancer sends calls to the first. */
  async two(): Promise<readonly [FleetProcess, FleetProcess]> {
    const [first, second] = await this.atLeast(2);
    if (!first || !second) throw new Error('A process ended as soon as it was started.');
    return [first, second];
  }

  /** So many processes: those that live, and new ones for those that don't. The balancer sends calls to the first. */
  async atLeast(count: number): Promise<readonly FleetProcess[]> {
    const missing = Math.max(0, count - this.#processes.size);
    await Promise.all(Array.from({ length: missing }, () => this.#start()));
    const processes = [...this.#processes];
    this.balancer.backends = processes.map(({ url }) => url);
    return processes;
  }

  async #start(): Promise<void> {
    const command = this.workplace.start(['serve']);
    const started = { command, url: (await urlOf(command)).replace('localhost', '127.0.0.1') };
    this.#processes.add(started);
    void command.ended.then(() => this.#processes.delete(started));
  }

  /** Logs an administrator in, whom it makes. Some process must be up. */
  async admin(): Promise<ApiClient> {
    const { email, password } = ADMIN;
    await this.workplace.run(['bootstrap', 'superadmin', '--email', email, '--password', password]);
    const client = new Client(this.balancer.url);
    const { login } = await client.request(Login, { input: ADMIN });
    return client.as(login.accessToken);
  }

  call(options: Omit<FleetCallOptions, 'fleet'>): FleetCall {
    return new FleetCall({ ...options, fleet: this });
  }

  /** A call's events, as the ledger has them now. */
  async eventsOf(tenantId: string, callSid: string): Promise<readonly Recorded[]> {
    const callId = this.#pseudonyms.callId(ACCOUNT_SID, callSid);
    const records = await this.#ledger.readStream(callStream(tenantId, callId));
    return records as readonly unknown[] as readonly Recorded[];
  }

  async close(): Promise<void> {
    await this.#closeLedger();
    await this.workplace.close();
    await this.twilio.close();
    await this.balancer.close();
  }
}

export interface FleetCallOptions {
  readonly fleet: Fleet;
  readonly tenantId: string;
  readonly to: string;
  readonly steps: readonly object[];
  /** Whether Twilio asks by itself what comes next when a media socket breaks; else it keeps the call up for 30 s. */
  readonly asks: boolean;
  /** Who takes the call over; a second where it's absent. */
  readonly personTalksMs?: number;
}

/** A simulated call through the balancer, which a test looks at while it lasts. */
export class FleetCall {
  readonly callSid = newCallSid();
  readonly report: Promise<CallReport>;
  readonly #options: FleetCallOptions;
  readonly #seen: { readonly event: LineEvent; readonly atMs: number }[] = [];
  readonly #hangUp = new AbortController();

  constructor(options: FleetCallOptions) {
    const { fleet, to, steps, asks, personTalksMs } = options;
    this.#options = options;
    this.report = placeCall({
      platformUrl: fleet.balancer.url,
      authToken: TWILIO_AUTH_TOKEN,
      accountSid: ACCOUNT_SID,
      callSid: this.callSid,
      from: CALLER,
      to,
      scenario: parseScenario({ name: 'a call of the fleet', steps, personTalksMs }, 'the test'),
      asksAfterBrokenStream: asks,
      keepsBrokenCallMs: 30_000,
      onPlaced: fleet.twilio.onPlaced,
      onEvent: (event) => this.#seen.push({ event, atMs: performance.now() }),
      signal: this.#hangUp.signal,
    });
  }

  get events(): Promise<readonly Recorded[]> {
    const { fleet, tenantId } = this.#options;
    return fleet.eventsOf(tenantId, this.callSid);
  }

  /** How often this happened on the line. */
  count(type: LineEvent['type']): number {
    return this.#seen.filter(({ event }) => event.type === type).length;
  }

  /** By `performance.now()`; `undefined`: it didn't happen so often. */
  timeOf(type: LineEvent['type'], number: number): number | undefined {
    return this.#seen.filter(({ event }) => event.type === type)[number - 1]?.atMs;
  }

  async untilHeard(type: LineEvent['type'], number = 1): Promise<void> {
    await until(`${type} for the ${number}. time`, async () => this.count(type) >= number);
  }

  /** Until the ledger has it. */
  async untilStored(type: CallEvent['type'], number = 1): Promise<void> {
    const isStored = async () => {
      const events = await this.events.catch((error: unknown) => {
        // A busy machine; the next look may find it.
        if (!isAppError(error, ErrorCode.UNAVAILABLE)) throw error;
        return [];
      });
      return events.filter((event) => event.type === type).length >= number;
    };
    await until(`${type} in the ledger`, isStored).catch(async (error: unknown) => {
      const stored = (await this.events).map(({ type, data }) => ({ type, data }));
      throw new Error(`${messageOf(error)}, which has\n${JSON.stringify(stored, null, 1)}`);
    });
  }

  hangUp(): void {
    this.#hangUp.abort();
  }
}
