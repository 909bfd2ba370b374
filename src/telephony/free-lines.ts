import { ErrorCode, isAppError } from '../domain/errors.js';
import type { Admission } from './admission.js';
import type { CallSlots, SlotRequest } from './call-slots.js';
import type { Heartbeat } from './heartbeat.js';
import {
  type AskingCall,
  NOBODY_BEFORE,
  type WaitingBefore,
  type WaitingCalls,
  type WaitsFor,
} from './waiting-calls.js';

export interface FreeLinesOptions {
  readonly admission: Admission;
  readonly heartbeat: Pick<Heartbeat, 'placesElsewhere'>;
  readonly slots: CallSlots;
  /** `null`: nobody waits for a line. */
  readonly waiting: WaitingCalls | null;
  /** Whether calls come to this process, too; else its own load says nothing. */
  readonly carriesMedia: boolean;
  readonly isDraining: () => boolean;
}

export interface LineRequest extends AskingCall {
  /** The tenant's own limit; `null`: it has none. */
  readonly maxConcurrentCalls: number | null;
}

/** There is no line. */
export interface Refusal {
  readonly waitsFor: WaitsFor;
  /** It's one of the first in the line: the next place may be its own. */
  readonly isNext: boolean;
}

/** So many ask so often that no place stays empty for long; each of them must ask for itself, so it's not the whole line. */
const NEXT_IN_LINE = 5;

/**
 * Whether there is a line for one more call: a place in the process, and one within the tenant's limit. Where callers wait,
 * those who came first have the first ones.
 */
export class FreeLines {
  readonly #options: FreeLinesOptions;

  constructor(options: FreeLinesOptions) {
    this.#options = options;
  }

  /** `null`: there is a line. */
  async refusal(request: LineRequest): Promise<Refusal | null> {
    // While PostgreSQL is away nobody knows who waits, and so nobody waits for anybody.
    const before = await this.#before(request);
    const waitsFor = await this.#refusal(request, before ?? NOBODY_BEFORE);
    return waitsFor && { waitsFor, isNext: before !== null && isNext(before, waitsFor) };
  }

  async #refusal(request: LineRequest, before: WaitingBefore): Promise<WaitsFor | null> {
    const { slots, waiting, admission } = this.#options;
    const slot = slotOf(request, before);
    if (!this.#letIn(request.callId, before)) {
      // In the line for a place, who is beyond its tenant's limit would hold up the calls of others.
      const isBeyondLimit = waiting && slot && !(await unlessAway(slots.hasFree(slot), true));
      return isBeyondLimit ? 'call_limit' : 'busy';
    }
    // Nobody can count now. A limit is no reason for a tenant to be silent in an outage.
    if (!slot || (await unlessAway(slots.take(slot), true))) return null;
    // Its tenant's limit is no load: other tenants' calls may have its place.
    admission.release(request.callId);
    return 'call_limit';
  }

  /** The caller waits, and asks again. */
  async wait(request: LineRequest, waitsFor: WaitsFor, goneAfterMs: number): Promise<void> {
    const { tenantId, callId, waitedMs } = request;
    const isFullHere = waitsFor === 'busy' && this.#places === 0;
    const call = { tenantId, callId, waitedMs, waitsFor, isFullHere, goneAfterMs };
    await unlessAway(this.#options.waiting?.wait(call), undefined);
  }

  /** The caller has a line, or waits no more. */
  async leave(callId: string): Promise<void> {
    await unlessAway(this.#options.waiting?.leave(callId), undefined);
  }

  /** Whether the caller was told to wait. */
  async isWaiting(callId: string): Promise<boolean> {
    return unlessAway(this.#options.waiting?.has(callId), false);
  }

  /** `null`: nobody knows. */
  async #before(request: LineRequest): Promise<WaitingBefore | null> {
    const openForMs = this.#isElsewhere ? 0 : this.#options.admission.openForMs;
    return unlessAway(this.#options.waiting?.before(request, openForMs), null);
  }

  #letIn(callId: string, { forPlace }: WaitingBefore): boolean {
    if (forPlace >= this.#places) return false;
    return this.#isElsewhere || this.#options.admission.admit(callId);
  }

  get #places(): number {
    const { admission, heartbeat } = this.#options;
    return this.#isElsewhere ? heartbeat.placesElsewhere : admission.places;
  }

  /** The media of a call that comes here while this process stops, or doesn't carry calls, go to another. */
  get #isElsewhere(): boolean {
    return this.#options.isDraining() || !this.#options.carriesMedia;
  }
}

const isNext = ({ forPlace, ofTenant }: WaitingBefore, waitsFor: WaitsFor): boolean =>
  (waitsFor === 'busy' ? forPlace : ofTenant) < NEXT_IN_LINE;

/** Those of its tenant who came first have theirs. `null`: it needs none. */
const slotOf = (
  { tenantId, callId, maxConcurrentCalls }: LineRequest,
  { ofTenant }: WaitingBefore,
): SlotRequest | null =>
  maxConcurrentCalls === null ? null : { tenantId, callId, limit: maxConcurrentCalls - ofTenant };

/** What was asked of PostgreSQL, or `otherwise` while it's away. */
const unlessAway = async <T, Otherwise>(
  asked: Promise<T> | undefined,
  otherwise: Otherwise,
): Promise<T | Otherwise> => {
  try {
    return asked === undefined ? otherwise : await asked;
  } catch (error) {
    if (isAppError(error, ErrorCode.UNAVAILABLE)) return otherwise;
    throw error;
  }
};
