import { AppError, ErrorCode } from '../domain/errors.js';
import { journalOf, type KnownCalls } from './call-owner.js';
import type { callStatusForm, parseForm } from './forms.js';
import { storedWithin } from './stored-within.js';

type Form = ReturnType<typeof parseForm<typeof callStatusForm>>;

/** Twilio tries again when it gets no answer within 15 s. */
const STORE_WITHIN_MS = 8_000;

/**
 * Records what the carrier reports of a call, once for each report. It resolves when the report is stored. Throws
 * `NOT_FOUND` for a call that never came in here, and `UNAVAILABLE` when the report isn't stored: Twilio asks again.
 */
export const reportCallStatus = async (known: KnownCalls, form: Form): Promise<void> => {
  const journal = await journalOf(known, form);
  const stored = journal.record({
    type: 'ReportStatus',
    status: form.CallStatus,
    sequence: form.SequenceNumber,
    source: form.CallbackSource,
    durationSeconds: form.CallDuration,
  });
  if (!(await storedWithin(STORE_WITHIN_MS, stored))) {
    throw new AppError(ErrorCode.UNAVAILABLE, 'The ledger is away: send the report again.');
  }
};
