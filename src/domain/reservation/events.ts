import { z } from 'zod';
import { defineEvent, type EventOf } from '../event.js';

export const reservationEvents = {
  Reserved: defineEvent('Reserved', {
    /** The stream that owns the value, and must exist soon. */
    ownerStream: z.string(),
    commandId: z.string(),
  }),
  /** The value is anybody's again. */
  Released: defineEvent('Released', {
    /** Who owned it. */
    ownerStream: z.string(),
  }),
};

export type ReservationEvent = EventOf<typeof reservationEvents>;

/** What stands in the stream of an owner instead of a reservation's. */
export const reservationOwnerEvents = {
  /**
   * The owner was to be created and wasn't, and another is taking over what was reserved for it. It stands first in the
   * owner's stream and keeps it from being created: of two, exactly one gets the value.
   */
  ReservationLost: defineEvent('ReservationLost', {
    /** The reservation's stream. */
    reservation: z.string(),
  }),
};

export type ReservationOwnerEvent = EventOf<typeof reservationOwnerEvents>;
