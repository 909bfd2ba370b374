import { isOnWayBack } from '../domain/call/transfers.js';
import { isTerminal, type TransferOutcome } from '../domain/call/vocabulary.js';
import { ErrorCode, isAppError, reasonOf } from '../domain/errors.js';
import { callOf } from './call-owner.js';
import type { DialStatus, parseForm, transferEndedForm } from './forms.js';
import { callMs, type LostCall, nextAttempt, nextStreamTwiml, STORE_WITHIN_MS } from './lost-stream.js';
import { obeyed, wishOf } from './put-through.js';
import { storedWithin } from './stored-within.js';
import { ASK_AGAIN_SECONDS, type StreamEndedOptions } from './stream-ended.js';
import { hangupTwiml, waitTwiml } from './twiml.js';

type Form = ReturnType<typeof parseForm<typeof transferEndedForm>>;

/** What came of dialing, as the carrier told it. */
export interface DialEnd {
  readonly transfer: number;
  readonly status: DialStatus;
  /** `null`: it didn't say. */
  readonly seconds: number | null;
}

/** `completed`: two people talked, and one of them hung up. */
const outcomes: Readonly<Record<DialStatus, TransferOutcome>> = {
  completed: 'answered',
  answered: 'answered',
  busy: 'busy',
  'no-answer': 'no_answer',
  failed: 'failed',
  canceled: 'cancelled',
};

/**
 * A person had the call, or didn't take it: Twilio asks any live process what comes next. Who was answered has what he
 * wanted, and others go back to the agent, unless they hung up meanwhile. Asked again, it's the same. Throws `NOT_FOUND` for a call that never came in here.
 */
export const afterTransfer = async (
  options: StreamEndedOptions,
  form: Form,
  end: DialEnd,
): Promise<string> => {
  try {
    return await next(options, form, end);
  } catch (error) {
    if (!isAppError(error, ErrorCode.UNAVAILABLE)) throw error;
    options.logger.warn(
      { callSid: form.CallSid, error: reasonOf(error) },
      'A call that was put through waits for the ledger to go on.',
    );
    return waitTwiml(ASK_AGAIN_SECONDS, options.addresses.transferEndedUrl(end.transfer, end));
  }
};

const next = async (options: StreamEndedOptions, form: Form, end: DialEnd): Promise<string> => {
  const { tenantId, callId } = await callOf(options, form);
  const journal = await options.calls.open(tenantId, callId);
  const call = { tenantId, callId, journal };
  await recordOutcome(options, call, form, end);
  if (journal.state.phase !== 'answered') return hangupTwiml();
  const wish = await wishOf(options, call, journal.state.attempt);
  if (wish) return obeyed(options, call, wish);
  // The table is only to keep a watchdog still: the caller doesn't wait for it.
  await options.handovers.claimForCarrier(callId, nextAttempt(journal.state)).catch(() => undefined);
  return nextStreamTwiml(options, call);
};

/** With the call's end, where the caller hung up while it rang: nobody else may tell, and no worker hears of it. */
const recordOutcome = async (
  { now }: StreamEndedOptions,
  { callId, journal }: LostCall,
  { CallStatus }: Form,
  { transfer, status, seconds: durationSeconds }: DialEnd,
): Promise<void> => {
  const atMs = callMs(journal.state, now());
  const outcome = outcomes[status];
  const over = { type: 'EndTransfer', transfer, outcome, durationSeconds, atMs } as const;
  await storedWithin(STORE_WITHIN_MS, journal.record(over, `transfer-ended:${callId}:${transfer}`));
  const { state } = journal;
  const isOver = CallStatus !== null && isTerminal(CallStatus);
  // Whom an operator hung up on didn't.
  if (!isOver || state.phase !== 'answered' || state.endRequestedAtMs !== null || !isOnWayBack(state)) return;
  const left = { type: 'EndCall', reason: 'caller_hung_up', by: 'caller', atMs } as const;
  await storedWithin(STORE_WITHIN_MS, journal.record(left));
};
