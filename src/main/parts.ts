import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { projections } from '../../projections/index.js';
import { listNumbers } from '../../projections/numbers/queries.js';
import { waitForPosition } from '../../projections/runtime/min-position.js';
import { ProjectionOperations } from '../../projections/runtime/operations.js';
import { ProjectionRunner } from '../../projections/runtime/runner.js';
import { listTenantIdsOf } from '../../projections/tenants/queries.js';
import { TableRewrites } from '../database/table-rewrites.js';
import { AppError, ErrorCode, messageOf } from '../domain/errors.js';
import { IdempotencyStore } from '../graphql/idempotency.js';
import { Credentials } from '../identity/credentials.js';
import { ErasedUsers } from '../identity/erased-users.js';
import { AccessTokens } from '../identity/tokens.js';
import { Users } from '../identity/users.js';
import { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import { LedgerTail } from '../ledger/tail.js';
import { LiveChannel } from '../live/live-channel.js';
import { ProviderHealth } from '../live/provider-health.js';
import type { ObjectStore } from '../objects/object-store.js';
import { Sealer } from '../replay/seals/sealer.js';
import { Signer } from '../replay/seals/signing.js';
import { Admission } from '../telephony/admission.js';
import { Heartbeat } from '../telephony/heartbeat.js';
import { LoadProbe } from '../telephony/load-probe.js';
import { Orphans } from '../telephony/orphans.js';
import { RequestedEnds } from '../telephony/requested-ends.js';
import type { TwilioRest } from '../telephony/twilio-rest.js';
import { WaitingCalls } from '../telephony/waiting-calls.js';
import { WantedEnds } from '../telephony/wanted-ends.js';
import { AppliedErasures } from '../tenancy/applied-erasures.js';
import { ErasureCopies } from '../tenancy/erasure-copies.js';
import { makeExports } from '../tenancy/export/make-exports.js';
import { type ReapplyOptions, reapplyErasures } from '../tenancy/reapply-erasures.js';
import { PostgresReactorCheckpoint } from '../tenancy/workflows/checkpoint.js';
import { firstNumber } from '../tenancy/workflows/first-number.js';
import { WorkflowReactor } from '../tenancy/workflows/reactor.js';
import { releaseErased } from '../tenancy/workflows/release-erased.js';
import { CircuitLog } from '../voice/circuit-log.js';
import { LiveCalls } from '../voice/live-calls.js';
import { CallQualities } from '../voice/quality/call-qualities.js';
import { CallRecordings } from '../voice/recording/call-recordings.js';
import { CallTraces } from '../voice/trace/call-traces.js';
import type { Drain } from './drain.js';
import { eventFiles } from './event-files.js';
import { Knowledge } from './knowledge.js';
import { CallMetrics } from './metrics/call-metrics.js';
import type { PlatformOptions } from './platform.js';
import { recoverRecordings } from './recover-recordings.js';
import type { Role } from './roles.js';
import type { Storage } from './storage.js';
import { twilioRest } from './twilio-rest.js';

/** A restored backup's read models have all that came after it to catch up with. */
const SHOWN_WITHIN_MS = 60_000;

export interface PartsOptions extends PlatformOptions {
  readonly objects: ObjectStore;
}

/** What the doors work with, and what works behind them. */
export class Parts {
  readonly tail: LedgerTail;
  readonly live: LiveChannel;
  readonly calls: LiveCalls;
  readonly pseudonyms: Pseudonyms;
  readonly credentials: Credentials;
  readonly users: Users;
  readonly idempotency: IdempotencyStore;
  readonly projections: ProjectionOperations;
  readonly objects: ObjectStore;
  readonly traces: CallTraces;
  readonly recordings: CallRecordings;
  readonly qualities: CallQualities;
  readonly metrics: CallMetrics;
  readonly erasureCopies: ErasureCopies;
  readonly knowledge: Knowledge;
  /** `null`: there are no credentials for it. */
  readonly rest: TwilioRest | null;
  readonly #runner: ProjectionRunner;
  readonly #orphans: Orphans;
  readonly #sealer: Sealer;
  readonly #workflows: WorkflowReactor;
  readonly #exports: WorkflowReactor;
  readonly #recordings: WorkflowReactor;
  /** `null`: nobody could tell Twilio. */
  readonly #requestedEnds: RequestedEnds | null;
  readonly #wishes: WorkflowReactor;
  readonly #stop = new AbortController();
  readonly providerHealth: ProviderHealth;
  readonly admission: Admission;
  readonly heartbeat: Heartbeat;
  /** `null`: nobody waits for a line. */
  readonly waiting: WaitingCalls | null;
  readonly #loadProbe: LoadProbe;
  readonly #circuitLog: CircuitLog;
  readonly #keyRewrites: TableRewrites;
  readonly #erasedUsers: ErasedUsers;
  readonly #reapply: ReapplyOptions;

  constructor({ environment, secrets, storage, objects, providers, logger }: PartsOptions, drain: Drain) {
    const { ledger, readModels } = storage;
    const worker = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
    const newWriter = () => `${worker}:${randomBytes(6).toString('hex')}`;
    const now = Date.now;
    this.tail = new LedgerTail(ledger, logger);
    this.live = new LiveChannel(storage.connection('api'), worker);
    this.calls = new LiveCalls({
      ledger,
      tail: this.tail,
      worker,
      newWriter,
      now,
      onStored: (events) => this.metrics.count(events),
    });
    this.waiting =
      environment.BUSY_WAIT_SECONDS > 0 ? new WaitingCalls(storage.connection('ledger'), worker) : null;
    this.metrics = new CallMetrics({
      active: () => this.calls.sessions.length,
      waiting: async () => (await this.waiting?.countHere()) ?? 0,
    });
    this.admission = new Admission({
      limits: {
        maxCalls: environment.MAX_CALLS,
        maxLoopLagMs: environment.MAX_LOOP_LAG_MS,
        maxCpuPercent: environment.MAX_CPU_PERCENT,
      },
      calls: this.calls,
      now: () => performance.now(),
    });
    this.#loadProbe = new LoadProbe((load) => this.admission.observe(load));
    this.pseudonyms = new Pseudonyms(secrets.indexKey);
    const tokens = new AccessTokens(secrets.jwtKeys, environment.AUTH_ACCESS_TTL);
    this.users = new Users({
      ledger,
      pseudonyms: this.pseudonyms,
      tokens,
      tenantsOf: (userId) => listTenantIdsOf(readModels.forOperator(), userId),
    });
    this.#erasedUsers = new ErasedUsers({ keys: ledger.keys, tail: this.tail, logger });
    this.credentials = new Credentials(tokens, this.#erasedUsers);
    this.idempotency = new IdempotencyStore(storage.connection('api'));
    const connection = storage.connection('projector');
    this.#runner = new ProjectionRunner({ ledger, connection, projections, logger });
    const operator = storage.connection('operator');
    this.projections = new ProjectionOperations({
      projections,
      ledger,
      projector: connection,
      operator,
      logger,
    });
    this.#orphans = new Orphans({ ledger, readModels, worker, logger, now });
    this.objects = objects;
    this.traces = new CallTraces({ ledger, objects: this.objects, worker, logger, now });
    this.recordings = new CallRecordings({ ledger, objects: this.objects, worker, logger, now });
    this.qualities = new CallQualities({ ledger, worker, logger, now });
    this.erasureCopies = new ErasureCopies(this.objects);
    this.knowledge = new Knowledge({ environment, storage, providers, logger, objects, tail: this.tail });
    const signer = new Signer(secrets.sealKey);
    this.#sealer = new Sealer({ ledger, objects: this.objects, signer, worker, logger, now });
    this.#workflows = new WorkflowReactor({
      ledger,
      checkpoint: new PostgresReactorCheckpoint(storage.connection('ledger'), 'workflows'),
      workflows: [
        firstNumber({ ledger, pseudonyms: this.pseudonyms }),
        releaseErased({ ledger, numbersOf: (tenantId, position) => numbersOf(storage, tenantId, position) }),
      ],
      logger,
      now,
    });
    // A reactor of its own: an archive takes as long as reading the ledger, and nothing else waits for it.
    this.#exports = new WorkflowReactor({
      ledger,
      checkpoint: new PostgresReactorCheckpoint(storage.connection('ledger'), 'exports'),
      workflows: [
        makeExports({
          ledger,
          objects,
          files: eventFiles({ ledger, objects }),
          logger,
          now,
          signal: this.#stop.signal,
        }),
      ],
      logger,
      now,
    });
    // A reactor of its own: it waits for workers that are still at it.
    this.#recordings = new WorkflowReactor({
      ledger,
      checkpoint: new PostgresReactorCheckpoint(storage.connection('ledger'), 'recordings'),
      workflows: recoverRecordings(this.recordings),
      logger,
      now,
    });
    this.rest = twilioRest(environment, secrets.twilioAuthToken, logger);
    this.#requestedEnds = this.rest
      ? new RequestedEnds({
          ledger,
          rest: this.rest,
          wanted: new WantedEnds(storage.connection('ledger')),
          worker,
          logger,
          now,
        })
      : null;
    this.#wishes = new WorkflowReactor({
      ledger,
      checkpoint: new PostgresReactorCheckpoint(storage.connection('ledger'), 'requested-ends'),
      workflows: this.#requestedEnds?.workflows ?? [],
      logger,
      now,
    });
    this.#reapply = {
      ledger,
      copies: this.erasureCopies,
      applied: new AppliedErasures(storage.connection('ledger')),
      whenShown: (position) => shownEverywhere(storage, position),
      logger,
    };
    this.heartbeat = new Heartbeat({
      connection: storage.connection('ledger'),
      worker,
      load: () => ({
        calls: this.calls.sessions.length,
        isOverloaded: drain.isOn || this.admission.isFull,
        places: this.admission.places,
      }),
      logger,
    });
    const { breakers } = providers;
    const ledgerLogin = storage.connection('ledger');
    this.providerHealth = new ProviderHealth({ connection: ledgerLogin, worker, breakers, logger });
    this.#circuitLog = new CircuitLog({ ledger, breakers, worker, logger });
    this.#keyRewrites = new TableRewrites({
      connection: storage.connection('ledger'),
      schema: 'keys',
      logger,
    });
  }

  async start(roles: ReadonlySet<Role>): Promise<void> {
    await this.tail.start();
    this.#loadProbe.start();
    await this.heartbeat.start(roles.has('media'));
    this.providerHealth.start();
    this.#circuitLog.start();
    if (roles.has('projector')) this.#runner.start();
    await reapplyErasures(this.#reapply);
    // After that: it destroys keys that an older backup still had.
    await this.#erasedUsers.start();
    this.knowledge.start(roles.has('reactor'));
    if (roles.has('reactor')) {
      this.#orphans.start();
      this.#sealer.start();
      this.#workflows.start();
      this.#exports.start();
      this.#recordings.start();
      if (this.#requestedEnds) this.#wishes.start();
      this.#requestedEnds?.start();
      this.#rewriteErasedKeys();
    }
  }

  /** After each erasure, and what a process has left that died after one. Keys in memory went when the tail read it. */
  #rewriteErasedKeys(): void {
    const request = () => this.#keyRewrites.request();
    this.tail.followAll(({ type }) => type === 'SubjectErased' && request(), request);
    request();
  }

  /** Also what was never started. */
  async stop(): Promise<void> {
    await Promise.all([this.traces.flushed(), this.recordings.flushed(), this.qualities.flushed()]);
    await this.#orphans.stop();
    await this.#sealer.stop();
    await this.#workflows.stop();
    this.#stop.abort();
    await this.#exports.stop();
    await this.#recordings.stop();
    await this.#wishes.stop();
    await this.#requestedEnds?.stop();
    await this.knowledge.stop();
    await this.projections.close();
    await this.#runner.stop();
    await this.tail.stop();
    await this.#keyRewrites.stop();
    await this.#circuitLog.stop();
    await this.providerHealth.stop();
    await this.heartbeat.stop();
    await this.waiting?.close();
    this.#loadProbe.stop();
    await this.live.close();
    await this.idempotency.close();
  }
}

/** Throws `UNAVAILABLE` where nobody keeps the read models up. */
const shownEverywhere = async ({ ledger, readModels }: Storage, position: string): Promise<void> => {
  const names = projections.map(({ name }) => name);
  try {
    await waitForPosition(readModels, ledger.store, position, names, SHOWN_WITHIN_MS);
  } catch (cause) {
    throw new AppError(
      ErrorCode.UNAVAILABLE,
      `Erasures were applied again, but the read models don't show them (${messageOf(cause)}): start a process with the role projector, and look at "ledgerline projections status".`,
      {},
      { cause },
    );
  }
};

/** A tenant's numbers, with those that were added before the position. */
const numbersOf = async (
  { ledger, readModels }: Storage,
  tenantId: string,
  position: string,
): Promise<readonly string[]> => {
  await waitForPosition(readModels, ledger.store, position, ['numbers']);
  return (await listNumbers(readModels.forOperator(), [tenantId])).map(({ numberId }) => numberId);
};
