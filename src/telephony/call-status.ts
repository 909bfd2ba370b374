import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, ErrorCode } from '../domain/errors.js';
import type { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import type { LiveCalls } from '../voice/live-calls.js';
import type { CallIndex } from './call-index.js';
import type { callStatusForm, parseForm } from './forms.js';

type Form = ReturnType<typeof parseForm<typeof callStatusForm>>;

/** Twilio tries again when it gets no answer within 15 s. */
const STORE_WITHIN_MS = 8_000;

export interface CallStatusOptions {
  readonly calls: LiveCalls;
  readonly index: CallIndex;
  readonly pseudonyms: Pseudonyms;
}

/**
 * Records what the carrier reports of a call, once for each report. It resolves when the report is stored. Throws
 * `NOT_FOUND` for a call that never came in here, and `UNAVAILABLE` when the report isn't stored: Twilio asks again.
 */
export const reportCallStatus = async (
  { calls, index, pseudonyms }: CallStatusOptions,
  form: Form,
): Promise<void> => {
  const callId = pseudonyms.callId(form.AccountSid, form.CallSid);
  const tenantId = await index.tenantOf(callId);
  if (tenantId === null) {
    throw new AppError(ErrorCode.NOT_FOUND, `Call not found: ${form.CallSid}`, { callSid: form.CallSid });
  }
  const journal = await calls.open(tenantId, callId);
  const stored = journal.record({
    type: 'ReportStatus',
    status: form.CallStatus,
    sequence: form.SequenceNumber,
    source: form.CallbackSource,
    durationSeconds: form.CallDuration,
  });
  const late = sleep(STORE_WITHIN_MS, 'late' as const, { ref: false });
  if ((await Promise.race([stored, late])) === 'late') {
    throw new AppError(ErrorCode.UNAVAILABLE, 'The ledger is away: send the report again.');
  }
};
