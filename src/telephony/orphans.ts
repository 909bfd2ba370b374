import { listOrphanedCalls, type OrphanedCall } from '../../projections/calls/queries.js';
import type { ReadModels } from '../../projections/views.js';
import { callDecider } from '../domain/call/decider.js';
import { TRANSFER_OVER_MS } from '../domain/call/transfers.js';
import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { callStream } from '../domain/stream.js';
import { execute } from '../ledger/execute.js';
import type { Ledger } from '../ledger/ledger.js';
import { RegularWork } from './regular-work.js';

const LOOK_EVERY_MS = 5_000;
/** The worker itself ends the call at once when the carrier reports its end. */
const CARRIER_ENDED_MS = 10_000;
/** Twilio dials the media socket at once. */
const MEDIA_WITHIN_MS = 120_000;
/** A worker writes a heartbeat each second; one that didn't for so long is gone, and nobody took its calls. */
const WORKER_GONE_MS = 60_000;

export interface OrphansOptions {
  readonly ledger: Ledger;
  readonly readModels: ReadModels;
  readonly worker: string;
  readonly logger: Logger;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/** Ends the calls that nobody carries any more: a call always ends. */
export class Orphans {
  readonly #options: OrphansOptions;
  readonly #looks: RegularWork;

  constructor(options: OrphansOptions) {
    this.#options = options;
    this.#looks = new RegularWork({
      pauseMs: LOOK_EVERY_MS,
      work: () => this.endAll(),
      onFailure: (error) =>
        options.logger.warn({ error: reasonOf(error) }, 'Could not look for orphaned calls.'),
    });
  }

  start(): void {
    this.#looks.start();
  }

  async stop(): Promise<void> {
    await this.#looks.stop();
  }

  /** One look. */
  async endAll(): Promise<void> {
    const { readModels, now } = this.#options;
    const ago = (ms: number) => new Date(now() - ms).toISOString();
    const orphans = await listOrphanedCalls(readModels.forOperator(), {
      carrierEnded: ago(CARRIER_ENDED_MS),
      received: ago(MEDIA_WITHIN_MS),
      workerSeen: ago(WORKER_GONE_MS),
      transferRequested: ago(TRANSFER_OVER_MS),
    });
    for (const orphan of orphans) {
      // One that can't be ended now must not keep the others from their end.
      await this.#end(orphan).catch((error: unknown) => {
        const { callId } = orphan;
        this.#options.logger.warn({ callId, error: reasonOf(error) }, 'Could not end an orphaned call.');
      });
    }
  }

  async #end({ tenantId, callId, receivedAt }: OrphanedCall): Promise<void> {
    const { ledger, worker, logger, now } = this.#options;
    const atMs = Math.max(0, now() - Date.parse(receivedAt));
    const { state } = await execute(
      ledger,
      callDecider,
      callStream(tenantId, callId),
      { type: 'EndUncarried', atMs },
      {
        commandId: `orphan:${callId}`,
        correlationId: callId,
        actor: { type: 'platform', id: worker },
        occurredAt: new Date(now()).toISOString(),
      },
    );
    const { endReason: reason } = state;
    if (reason !== null) logger.warn({ callId, reason }, 'Ended a call that nobody carried any more.');
  }
}
