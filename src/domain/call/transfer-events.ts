import { z } from 'zod';
import { defineEvent, personal } from '../event.js';
import { atMs, turn } from './event-fields.js';
import { transferOutcomes, transferRequesters } from './vocabulary.js';

/** 1, 2, 3 … within a call. */
const transfer = z.int().min(1);

/** What leads a call away from its agent. */
export const transferEvents = {
  /** A person is to take the call over: the carrier dials once the agent is done. */
  TransferRequested: defineEvent('TransferRequested', {
    transfer,
    /** In E.164. */
    to: personal(z.string()),
    by: z.enum(transferRequesters),
    /** The exchange whose answer led to it. Absent: an operator wants it, or nobody could say a word any more. */
    turn: turn.optional(),
    atMs,
  }),
  /** The carrier was told to dial. Until the transfer's end no media stream carries the call. */
  TransferDialed: defineEvent('TransferDialed', { transfer, atMs }),
  /** Answered, the call is over with it; else it goes back to the agent. */
  TransferEnded: defineEvent('TransferEnded', {
    transfer,
    outcome: z.enum(transferOutcomes),
    /** How long the two talked, as the carrier counts; `null`: it didn't say. */
    durationSeconds: z.int().min(0).nullable(),
    atMs,
  }),
  /** An operator wants the call to end: whoever carries it ends it, or else whoever decides next what becomes of it. */
  CallEndRequested: defineEvent('CallEndRequested', { atMs }),
};
