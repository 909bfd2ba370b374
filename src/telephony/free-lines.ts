import type { RejectReason } from '../domain/call/vocabulary.js';
import { ErrorCode, isAppError } from '../domain/errors.js';
import type { Admission } from './admission.js';
import type { CallSlots } from './call-slots.js';
import type { Heartbeat } from './heartbeat.js';

export interface FreeLinesOptions {
  readonly admission: Admission;
  readonly heartbeat: Heartbeat;
  readonly slots: CallSlots;
  /** Whether calls come to this process, too; else its own load says nothing. */
  readonly carriesMedia: boolean;
  readonly isDraining: () => boolean;
}

export interface LineRequest {
  readonly tenantId: string;
  readonly callId: string;
  /** The tenant's own limit; `null`: it has none. */
  readonly maxConcurrentCalls: number | null;
}

/** Whether there is room for one more call: in the process, and by the tenant's limit. */
export class FreeLines {
  readonly #options: FreeLinesOptions;

  constructor(options: FreeLinesOptions) {
    this.#options = options;
  }

  /** `null`: there is a line. */
  async refusal({ tenantId, callId, maxConcurrentCalls: limit }: LineRequest): Promise<RejectReason | null> {
    if (!this.#hasRoom(callId)) return 'busy';
    if (limit === null) return null;
    const isTaken = await this.#options.slots.take({ tenantId, callId, limit }).catch((error: unknown) => {
      // Nobody can count now. A limit is no reason for a tenant to be silent in an outage.
      if (isAppError(error, ErrorCode.UNAVAILABLE)) return true;
      throw error;
    });
    if (isTaken) return null;
    // Its tenant's limit is no load: other tenants' calls may have its place.
    this.#options.admission.release(callId);
    return 'call_limit';
  }

  /** The media of a call that comes here while this process stops, or doesn't carry calls, go to another. */
  #hasRoom(callId: string): boolean {
    const { admission, heartbeat, carriesMedia, isDraining } = this.#options;
    if (isDraining() || !carriesMedia) return heartbeat.hasRoomElsewhere;
    return admission.admit(callId);
  }
}
