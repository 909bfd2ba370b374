import { z } from 'zod';
import { defineEvent, type EventOf } from '../event.js';
import { SYSTEM_TENANT, streamName } from '../stream.js';

/** One stream for the whole ledger: two who seal at the same time can't fork it. A seal's number is its revision. */
export const SEAL_STREAM = streamName('seal', SYSTEM_TENANT, 'ledger');

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal');

export const sealEvents = {
  LedgerSealed: defineEvent('LedgerSealed', {
    /** From 0, without gaps. */
    number: z.int().nonnegative(),
    /** The positions of the first and the last event that it seals; the first follows the last of the seal before. */
    from: z.string(),
    to: z.string(),
    /** How many events stand from the one to the other. */
    events: z.int().positive(),
    /** The chain before the first event: the `hash` of the seal before; zeros before the ledger's first event. */
    previous: sha256Hex,
    /** The chain after the last event. */
    hash: sha256Hex,
    /** ISO 8601 in UTC, by the clock of the process that sealed. */
    sealedAt: z.string(),
    /** Which key signed: the beginning of the SHA-256 of its public half. */
    keyId: z.string(),
    /** Ed25519 over the other fields, in base64. */
    signature: z.string(),
  }),
};

export type SealEvent = EventOf<typeof sealEvents>;
/** What a seal says, as it's stored and copied. */
export type Seal = SealEvent['data'];
