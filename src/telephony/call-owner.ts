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

/** Of the call that a webhook is about. */
interface CallNames {
  readonly AccountSid: string;
  readonly CallSid: string;
}

export const callIdOf = (
  { pseudonyms }: Pick<KnownCalls, 'pseudonyms'>,
  { AccountSid, CallSid }: CallNames,
): string => pseudonyms.callId(AccountSid, CallSid);

/**
 * The call that a webhook is about, and whose it is: a call that is live in this process is known while the ledger is
 * away. Throws `NOT_FOUND` for a call that never came in here, and `UNAVAILABLE`.
 */
export const callOf = async (
  known: KnownCalls,
  form: CallNames,
): Promise<{ tenantId: string; callId: string }> => {
  const callId = callIdOf(known, form);
  const tenantId = known.calls.tenantOf(callId) ?? (await known.index.tenantOf(callId));
  if (tenantId !== null) return { tenantId, callId };
  throw new AppError(ErrorCode.NOT_FOUND, `Call not found: ${form.CallSid}`, { callSid: form.CallSid });
};

/** The journal of the call that a report is about. Throws as `callOf`, which is tried for 5 s. */
export const journalOf = (known: KnownCalls, form: CallNames): Promise<CallJournal> =>
  untilReachable(FIND_WITHIN_MS, async () => {
    const { tenantId, callId } = await callOf(known, form);
    return known.calls.open(tenantId, callId);
  });
