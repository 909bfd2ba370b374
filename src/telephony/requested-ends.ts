import { callDecider } from '../domain/call/decider.js';
import type { CallState } from '../domain/call/state.js';
import { isWithPerson } from '../domain/call/transfers.js';
import { ErrorCode, isAppError, reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { parseStreamName } from '../domain/stream.js';
import { execute } from '../ledger/execute.js';
import type { Ledger, LedgerRecord } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { passes } from '../tenancy/workflows/patience.js';
import { defineWorkflow, type Workflow } from '../tenancy/workflows/workflow.js';
import { callMs } from './lost-stream.js';
import { RegularWork } from './regular-work.js';
import type { TwilioRest } from './twilio-rest.js';
import type { WantedEnd, WantedEnds } from './wanted-ends.js';

export interface RequestedEndsOptions {
  readonly ledger: Ledger;
  readonly rest: TwilioRest;
  readonly wanted: WantedEnds;
  /** Names this process in the ledger. */
  readonly worker: string;
  readonly logger: Logger;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/** Also for those that another process left. */
const LOOK_EVERY_MS = 1_000;
const AT_ONCE = 10;

/**
 * Ends the calls that an operator wants to end while a person has them: no worker carries those, and the carrier asks nothing
 * until the two are done. The reactor only notes what is wanted, in the ledger's order; from there each call is tried until it
 * has ended, and none waits for another.
 */
export class RequestedEnds {
  readonly #options: RequestedEndsOptions;
  readonly #looks: RegularWork;
  readonly #running = new Set<Promise<void>>();

  constructor(options: RequestedEndsOptions) {
    this.#options = options;
    this.#looks = new RegularWork({
      pauseMs: LOOK_EVERY_MS,
      work: () => this.#look(),
      onFailure: (error) =>
        options.logger.warn({ error: reasonOf(error) }, 'Could not look for calls that are to end.'),
    });
  }

  /** Either may be stored first, the wish or the dial: the later one sees both. */
  get workflows(): readonly Workflow[] {
    const finish = ({ stream }: LedgerRecord): Promise<void> => this.#note(stream);
    return [
      defineWorkflow({ startsWith: 'CallEndRequested', afterMs: 0, finish }),
      defineWorkflow({ startsWith: 'TransferDialed', afterMs: 0, finish }),
    ];
  }

  start(): void {
    this.#looks.start();
  }

  /** After what is under way. */
  async stop(): Promise<void> {
    await this.#looks.stop();
    await Promise.all(this.#running);
    await this.#options.wanted.close();
  }

  async #note(stream: string): Promise<void> {
    const { ledger, wanted } = this.#options;
    if (!isToEnd(await load(ledger, callDecider, stream))) return;
    await wanted.add(stream);
    this.#looks.soon();
  }

  async #look(): Promise<void> {
    const free = AT_ONCE - this.#running.size;
    if (free <= 0) return;
    const due = await this.#options.wanted.claim(free);
    for (const end of due) {
      const work = this.#try(end).finally(() => this.#running.delete(work));
      this.#running.add(work);
    }
  }

  /** What isn't noted here of how it went is tried again by whoever looks. */
  async #try(end: WantedEnd): Promise<void> {
    const { wanted, logger } = this.#options;
    const { stream, attempts } = end;
    try {
      await this.#end(stream);
      await wanted.remove(stream);
    } catch (error) {
      // A process of a newer version may know how.
      const isRefused = !passes(error) && !isAppError(error, ErrorCode.NEEDS_UPGRADE);
      const what = isRefused ? 'A call can not be ended.' : 'A call could not be ended, and is tried again.';
      // One that is refused for hours would fill the log.
      if (isPowerOfTwo(attempts)) logger.warn({ stream, attempts, error: reasonOf(error) }, what);
      await (isRefused ? wanted.remove(stream) : wanted.postpone(stream)).catch(() => undefined);
    }
  }

  /** The carrier first: a call whose end is stored is nobody's to end any more. */
  async #end(stream: string): Promise<void> {
    const { ledger, rest, worker, now } = this.#options;
    const state = await load(ledger, callDecider, stream);
    const { accountSid, callSid } = state;
    if (!isToEnd(state) || accountSid === null || callSid === null) return;
    await rest.hangUp({ accountSid, callSid });
    const { id: callId } = parseStreamName(stream);
    const nowMs = now();
    await execute(
      ledger,
      callDecider,
      stream,
      { type: 'EndUncarried', atMs: callMs(state, nowMs) },
      {
        commandId: `requested-end:${callId}`,
        correlationId: callId,
        actor: { type: 'platform', id: worker },
        occurredAt: new Date(nowMs).toISOString(),
      },
    );
  }
}

const isToEnd = (state: CallState): boolean =>
  state.phase === 'answered' && state.endRequestedAtMs !== null && isWithPerson(state);

const isPowerOfTwo = (count: number): boolean => Number.isInteger(Math.log2(count));
