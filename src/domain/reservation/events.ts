import { z } from 'zod';
import { defineEvent, type EventOf } from '../event.js';

export const reservationEvents = {
  Reserved: defineEvent('Reserved', {
    /** The stream that owns the value, and must exist soon. */
    ownerStream: z.string(),
    commandId: z.string(),
  }),
};

export type ReservationEvent = EventOf<typeof reservationEvents>;
