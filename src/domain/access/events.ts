import { z } from 'zod';
import { defineEvent, type EventOf } from '../event.js';

/** Somebody of the platform read what is a tenant's: not by a role in the tenant, but by one over all. */
export const accessEvents = {
  RecordsRead: defineEvent('RecordsRead', {
    /** The permission that was used, as `calls:read`. */
    permission: z.string(),
    /** What was asked for, by its name: one thing's id, a stream's, a correlation's. `null`: a list. No personal data. */
    subject: z.string().nullable(),
  }),
};

export type AccessEvent = EventOf<typeof accessEvents>;
