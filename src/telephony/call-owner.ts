import { AppError, ErrorCode } from '../domain/errors.js';
import type { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import type { CallJournal } from '../voice/call-journal.js';
import type { LiveCalls } from '../voice/live-calls.js';
import type { CallIndex } from './call-index.js';
import { untilReachable } from './until-reachable.js';

/** Leaves time to store what is reported: Twilio waits for 15 s, and sends few reports again. */
const FIND_WITHIN_MS = 5_000;

export interface KnownCalls {
  readonly calls: LiveCalls;
  readonly index: CallIndex;
  readonly pseudonyms: Pseudonyms;
}

/**
 * The call that a webhook is about, and whose it is: a call that is live in this process is known while the ledger is
 * away. Throws `NOT_FOUND` for a call that never came in here, and `UNAVAILABLE`.
 */
export const callOf = async (
  { calls, index, pseudonyms }: KnownCalls,
  { AccountSid, CallSid }: { readonly AccountSid: string; readonly CallSid: string },
): Promise<{ tenantId: string; callId: string }> => {
  const callId = pseudonyms.callId(AccountSid, CallSid);
  const tenantId = calls.tenantOf(callId) ?? (await index.tenantOf(callId));
  if (tenantId !== null) return { tenantId, callId };
  throw new AppError(ErrorCode.NOT_FOUND, `Call not found: ${CallSid}`, { callSid: CallSid });
};

/** The journal of the call that a report is about. Throws as `callOf`, which is tried for 5 s. */
export const journalOf = (
  known: KnownCalls,
  form: { readonly AccountSid: string; readonly CallSid: string },
): Promise<CallJournal> =>
  untilReachable(FIND_WITHIN_MS, async () => {
    const { tenantId, callId } = await callOf(known, form);
    return known.calls.open(tenantId, callId);
  });
