import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';

export const numberEvents = {
  PhoneNumberAdded: defineEvent('PhoneNumberAdded', {
    numberId: z.string(),
    /** E.164. */
    number: personal(z.string()),
    addedBy: z.string(),
  }),
  PhoneNumberAssigned: defineEvent('PhoneNumberAssigned', { agentId: z.string() }),
};

export type NumberEvent = EventOf<typeof numberEvents>;
