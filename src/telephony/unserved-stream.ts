import { isFenced } from '../domain/call/decider.js';
import type { CallJournal } from '../voice/call-journal.js';
import { storedWithin } from './stored-within.js';
import type { StreamStart } from './twilio-messages.js';

/** The caller hears nothing meanwhile. */
const STORE_WITHIN_MS = 2_000;

/**
 * Ends a call whose media stream can't be served, since the next stream would be the same: the call notes why, so that
 * Twilio, which then asks what comes next, apologizes at once.
 */
export const endUnserved = async (
  { streamSid }: StreamStart,
  journal: CallJournal,
  attempt: number,
  { error, nowMs }: { readonly error: string; readonly nowMs: number },
): Promise<void> => {
  // A second stream of an attempt that has one, or an earlier attempt's, ends nothing.
  if (journal.state.attempt >= attempt || isFenced(journal.state, attempt)) return;
  const atMs = Math.round(nowMs);
  const reported = journal.record({ type: 'ReportStreamError', streamSid, code: null, error, atMs });
  const ended = journal.record({ type: 'EndCall', reason: 'failed', by: 'platform', atMs });
  await storedWithin(
    STORE_WITHIN_MS,
    Promise.all([reported, ended]).then(() => undefined),
  );
};
