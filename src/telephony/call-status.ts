import { isOnWayBack, isWithPerson } from '../domain/call/transfers.js';
import { isTerminal } from '../domain/call/vocabulary.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { callIdOf, journalOf, type KnownCalls } from './call-owner.js';
import type { callStatusForm, parseForm } from './forms.js';
import type { FreeLines } from './free-lines.js';
import { callMs } from './lost-stream.js';
import { storedWithin } from './stored-within.js';

type Form = ReturnType<typeof parseForm<typeof callStatusForm>>;

/** Twilio tries again when it gets no answer within 15 s. */
const STORE_WITHIN_MS = 8_000;

export interface CallStatusOptions extends KnownCalls {
  readonly lines: FreeLines;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/**
 * Records what the carrier reports of a call, once for each report; the end of a call that no worker carries ends it. It resolves when the report is stored. Throws
 * `NOT_FOUND` for a call that never came in here, and `UNAVAILABLE` when the report isn't stored: Twilio asks again.
 */
export const reportCallStatus = async (
  { lines, now, ...known }: CallStatusOptions,
  form: Form,
): Promise<void> => {
  const journal = await journalOf(known, form);
  const reported = journal.record({
    type: 'ReportStatus',
    status: form.CallStatus,
    sequence: form.SequenceNumber,
    source: form.CallbackSource,
    durationSeconds: form.CallDuration,
  });
  const { state } = journal;
  // Those behind it in the line needn't wait until it's clear that it doesn't ask again.
  if (isTerminal(form.CallStatus) && state.phase === 'received') await lines.leave(callIdOf(known, form));
  // No worker hears of it.
  const isUncarried = isTerminal(form.CallStatus) && (isWithPerson(state) || isOnWayBack(state));
  const atMs = callMs(state, now());
  const stored = isUncarried ? journal.record({ type: 'EndUncarried', atMs }) : reported;
  if (!(await storedWithin(STORE_WITHIN_MS, stored))) {
    throw new AppError(ErrorCode.UNAVAILABLE, 'The ledger is away: send the report again.');
  }
};
