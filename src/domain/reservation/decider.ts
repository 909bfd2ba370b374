import type { Decider } from '../decider.js';
import { AppError, ErrorCode } from '../errors.js';
import type { ReservationEvent } from './events.js';

/**
 * One value that must be unique: an e-mail, a number. The owner's stream is created after the reservation, so a crash
 * between the two leaves a reservation without an owner, which another may take over after a while.
 */
export interface ReservationState {
  readonly ownerStream: string | null;
}

export interface Reserve {
  readonly type: 'Reserve';
  readonly ownerStream: string;
  readonly commandId: string;
  /** The present owner never came to be, and had its time (`TAKE_OVER_AFTER_MS`). */
  readonly ownerIsMissing: boolean;
  /** For the message, in words that a user understands: "The number +1…"; and the field that it was given in. */
  readonly what: string;
  readonly field: string;
}

/** How long an owner's stream may take to appear before another may have the value. */
export const TAKE_OVER_AFTER_MS = 60_000;

export const reservationDecider: Decider<Reserve, ReservationState, ReservationEvent> = {
  initial: { ownerStream: null },

  decide({ ownerStream, commandId, ownerIsMissing, what, field }, state) {
    if (state.ownerStream === ownerStream) return [];
    if (state.ownerStream !== null && !ownerIsMissing) {
      throw new AppError(ErrorCode.ALREADY_EXISTS, `${what} is already in use.`, { field });
    }
    return [{ type: 'Reserved', data: { ownerStream, commandId } }];
  },

  evolve(state, event) {
    return event.type === 'Reserved' ? { ownerStream: event.data.ownerStream } : state;
  },
};
