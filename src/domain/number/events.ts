import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';

export const numberEvents = {
  PhoneNumberAdded: defineEvent('PhoneNumberAdded', {
    numberId: z.string(),
    /** E.164. */
    number: personal(z.string()),
    addedBy: z.string(),
    /** The stream that keeps the number from others: released when its tenant is erased. */
    reservation: z.string().optional(),
  }),
  PhoneNumberAssigned: defineEvent('PhoneNumberAssigned', { agentId: z.string() }),
};

export type NumberEvent = EventOf<typeof numberEvents>;
