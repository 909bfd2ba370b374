import { z } from 'zod';
import { defineEvent, type EventOf } from '../event.js';

/** Whose data can be forgotten: each has a key of its own, and destroying it takes all beneath with it. */
export const subjectKinds = ['contact', 'user', 'call', 'tenant'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

export const erasureEvents = {
  /** The subject's keys are gone already. Who asked for it is the actor; nothing here is personal. */
  SubjectErased: defineEvent('SubjectErased', {
    kind: z.enum(subjectKinds),
    /** A contact's is a pseudonym: HMAC(tenant, number). */
    subjectId: z.string(),
    /** The subject's keys up to this one, and all beneath them. Who comes back has the next one, which this leaves alone. */
    generation: z.int().min(1),
  }),
};

export type ErasureEvent = EventOf<typeof erasureEvents>;
/** Whose keys were destroyed, and up to which. */
export type Erasure = ErasureEvent['data'];
