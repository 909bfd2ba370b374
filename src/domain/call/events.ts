import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';
import { conversationEvents } from './conversation-events.js';
import { atMs, ms } from './event-fields.js';
import { mediaEvents } from './media-events.js';
import { transferEvents } from './transfer-events.js';
import { carrierStatuses, endReasons, rejectReasons } from './vocabulary.js';

export const callEvents = {
  CallReceived: defineEvent('CallReceived', {
    callId: z.string(),
    callSid: z.string(),
    accountSid: z.string(),
    from: personal(z.string()),
    to: personal(z.string()),
    /** Names the caller without telling who it is: HMAC(tenant, number). */
    contactId: z.string(),
    numberId: z.string(),
    agentId: z.string(),
    /** Pinned: later versions don't touch this call. */
    agentVersion: z.int().min(1),
    /** Where the call's own clock begins. */
    receivedAt: z.iso.datetime(),
  }),
  CallRejected: defineEvent(
    'CallRejected',
    {
      callId: z.string(),
      callSid: z.string(),
      accountSid: z.string(),
      from: personal(z.string()),
      to: personal(z.string()),
      contactId: z.string(),
      reason: z.enum(rejectReasons),
    },
    // Version 2 has more reasons.
    { version: 2, upcasters: { 1: (fields) => fields } },
  ),
  CallAnswered: defineEvent('CallAnswered', { atMs }),
  ...mediaEvents,
  ...conversationEvents,
  ...transferEvents,
  CallStatusReported: defineEvent('CallStatusReported', {
    status: z.enum(carrierStatuses),
    /** Twilio's SequenceNumber, in the order of firing; requests may arrive in any order. */
    sequence: z.int().min(0).nullable(),
    source: z.string().nullable(),
    /** Twilio's CallDuration. Its `Duration` is minutes, and isn't used. */
    durationSeconds: z.int().min(0).nullable(),
  }),
  CallEnded: defineEvent('CallEnded', {
    reason: z.enum(endReasons),
    by: z.enum(['caller', 'agent', 'platform', 'carrier', 'operator']),
    atMs,
    /** From the answer to the end. */
    durationMs: ms,
  }),
};

export type CallEvent = EventOf<typeof callEvents>;
