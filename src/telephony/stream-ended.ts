import { AppError, ErrorCode } from '../domain/errors.js';
import type { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import type { LiveCalls } from '../voice/live-calls.js';
import type { CallIndex } from './call-index.js';
import type { parseForm, streamEndedForm } from './forms.js';
import { lineBroken } from './sentences.js';
import type { StreamAddresses } from './stream-addresses.js';
import { connectTwiml, hangupTwiml, sayTwiml } from './twiml.js';

type Form = ReturnType<typeof parseForm<typeof streamEndedForm>>;

/** Streams that break again and again: the caller is told, and the call ends. */
const MAX_LOSSES = 5;

export interface StreamEndedOptions {
  readonly calls: LiveCalls;
  readonly index: CallIndex;
  readonly pseudonyms: Pseudonyms;
  readonly addresses: StreamAddresses;
  readonly now: () => number;
}

/**
 * Our side closed the media stream, or died: Twilio asks any live process what comes next. The call has ended, or the
 * next attempt has it. Throws `NOT_FOUND` for a call that never came in here.
 */
export const afterStreamEnded = async (
  { calls, index, pseudonyms, addresses, now }: StreamEndedOptions,
  form: Form,
  attempt: number,
): Promise<string> => {
  const callId = pseudonyms.callId(form.AccountSid, form.CallSid);
  const tenantId = await index.tenantOf(callId);
  if (tenantId === null) {
    throw new AppError(ErrorCode.NOT_FOUND, `Call not found: ${form.CallSid}`, { callSid: form.CallSid });
  }
  const journal = await calls.open(tenantId, callId);
  if (journal.state.phase !== 'received' && journal.state.phase !== 'answered') return hangupTwiml();
  const { receivedAt } = journal.state;
  const atMs = receivedAt === null ? 0 : Math.max(0, now() - Date.parse(receivedAt));
  // The same loss is recorded once, whoever tells of it: an older attempt's is known already.
  await journal.record({ type: 'LoseMedia', attempt, atMs });
  const { lostAttempt } = journal.state;
  if (lostAttempt > MAX_LOSSES) {
    await journal.record({ type: 'EndCall', reason: 'worker_lost', by: 'platform', atMs });
    return sayTwiml(lineBroken);
  }
  return connectTwiml(addresses.of({ tenantId, callId, attempt: lostAttempt + 1 }));
};
