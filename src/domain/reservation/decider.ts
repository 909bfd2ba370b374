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

export type ReservationCommand =
  | {
      readonly type: 'Reserve';
      readonly ownerStream: string;
      readonly commandId: string;
      /** An owner that had its time (`TAKE_OVER_AFTER_MS`), never came to be, and can't any more; `null`: none is known. */
      readonly missingOwner: string | null;
      /** For the message, in words that a user understands: "The number +1…"; and the field that it was given in. */
      readonly what: string;
      readonly field: string;
    }
  | { readonly type: 'Release'; readonly ownerStream: string };

/** How long an owner's stream may take to appear before another may have the value. */
export const TAKE_OVER_AFTER_MS = 60_000;

export const reservationDecider: Decider<ReservationCommand, ReservationState, ReservationEvent> = {
  initial: { ownerStream: null },

  decide(command, state) {
    const isTheirs = state.ownerStream === command.ownerStream;
    if (command.type === 'Release') {
      return isTheirs ? [{ type: 'Released', data: { ownerStream: command.ownerStream } }] : [];
    }
    if (isTheirs) return [];
    const { ownerStream, commandId, missingOwner, what, field } = command;
    if (state.ownerStream !== null && state.ownerStream !== missingOwner) {
      throw new AppError(ErrorCode.ALREADY_EXISTS, `${what} is already in use.`, { field });
    }
    return [{ type: 'Reserved', data: { ownerStream, commandId } }];
  },

  evolve(state, event) {
    switch (event.type) {
      case 'Reserved':
        return { ownerStream: event.data.ownerStream };
      case 'Released':
        return { ownerStream: null };
      default:
        return state;
    }
  },
};
