import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';

export const platformRoles = ['SUPERADMIN', 'OPERATOR'] as const;
export type PlatformRole = (typeof platformRoles)[number];

export const userEvents = {
  UserRegistered: defineEvent('UserRegistered', {
    userId: z.string(),
    email: personal(z.email('is not an e-mail address')),
    firstName: personal(z.string().max(100)),
    lastName: personal(z.string().max(100)),
    /** argon2id, in PHC form. */
    passwordHash: personal(z.string()),
    platformRole: z.enum(platformRoles).nullable(),
    /** The stream that keeps the e-mail from others: released when the user is erased. */
    reservation: z.string().optional(),
  }),
};

export type UserEvent = EventOf<typeof userEvents>;
