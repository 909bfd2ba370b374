import { type LostWorkersCall, listCallsOfLostWorkers } from '../../projections/calls/queries.js';
import type { ReadModels } from '../../projections/views.js';
import { isWithPerson } from '../domain/call/transfers.js';
import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import type { LiveCalls } from '../voice/live-calls.js';
import type { Handovers } from './handovers.js';
import type { Heartbeat } from './heartbeat.js';
import { endCall, type LostStreamOptions, nextStreamTwiml, recordLoss } from './lost-stream.js';
import { wishOf } from './put-through.js';
import { RegularWork } from './regular-work.js';
import type { TwilioRest } from './twilio-rest.js';

const LOOK_EVERY_MS = 1_000;
/** A worker writes a heartbeat each second. */
const STALE_AFTER_SECONDS = 3;
/** The database must have been there for so long: a worker that couldn't write a heartbeat isn't lost. */
const STEADY_FOR_MS = 5_000;
const AT_ONCE = 10;

export interface LostCallsOptions extends LostStreamOptions {
  readonly calls: LiveCalls;
  readonly readModels: ReadModels;
  readonly handovers: Handovers;
  readonly heartbeat: Heartbeat;
  readonly rest: TwilioRest;
  readonly logger: Logger;
}

/**
 * Nobody documents whether Twilio asks what comes next after a media socket that broke off, and it can't know of a host
 * that is gone until its connection times out. So every process looks for calls whose worker writes no heartbeat any
 * more, and redirects them to their next media stream.
 */
export class LostCalls {
  readonly #options: LostCallsOptions;
  readonly #looks: RegularWork;

  constructor(options: LostCallsOptions) {
    this.#options = options;
    this.#looks = new RegularWork({
      pauseMs: LOOK_EVERY_MS,
      work: () => this.#redirectAll(),
      onFailure: (error) => options.logger.warn({ error: reasonOf(error) }, 'Could not look for lost calls.'),
    });
  }

  start(): void {
    this.#looks.start();
  }

  async stop(): Promise<void> {
    await this.#looks.stop();
  }

  async #redirectAll(): Promise<void> {
    const { readModels, heartbeat, logger } = this.#options;
    if (heartbeat.steadyForMs < STEADY_FOR_MS) return;
    const lost = await listCallsOfLostWorkers(readModels.forOperator(), STALE_AFTER_SECONDS);
    const work = async (): Promise<void> => {
      for (let call = lost.shift(); call; call = lost.shift()) {
        const { callId } = call;
        await this.#redirect(call).catch((error: unknown) => {
          logger.warn({ callId, error: reasonOf(error) }, 'Could not redirect a lost call.');
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async #redirect({ tenantId, callId, attempt, workerSeenAt }: LostWorkersCall): Promise<void> {
    const { calls, handovers, rest, logger, now } = this.#options;
    const journal = await calls.open(tenantId, callId);
    const { state } = journal;
    const call = { tenantId, callId, journal };
    // The read models may be behind: the ledger says who has the call.
    if (state.phase !== 'answered' || state.attempt !== attempt || state.carrierEnded) return;
    if (isWithPerson(state)) return;
    const { accountSid, callSid } = state;
    if (accountSid === null || callSid === null) return;
    if (!(await handovers.claim(callId, attempt + 1, calls.worker))) return;
    if (!(await recordLoss(call, attempt, Date.parse(workerSeenAt)))) return;
    // Meanwhile another attempt may have begun, or the call may have ended.
    if (journal.state.phase !== 'answered' || journal.state.attempt !== attempt) return;
    const wish = await wishOf(this.#options, call, attempt);
    const twiml = wish?.twiml ?? (await nextStreamTwiml(this.#options, call));
    const outcome = await rest.redirect({ accountSid, callSid }, twiml).catch(async (error: unknown) => {
      await handovers.release(callId, attempt + 1, calls.worker);
      throw error;
    });
    // Only now: of a carrier that wasn't told to dial, somebody must take care again.
    if (outcome === 'redirected') await wish?.record();
    else await endCall(journal, now());
    logger.warn({ callId, attempt, outcome }, 'A call had lost its worker.');
  }
}
