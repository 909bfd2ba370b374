import { ErrorCode, isAppError, reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { callOf, type KnownCalls } from './call-owner.js';
import type { parseForm, streamEndedForm } from './forms.js';
import type { Handovers } from './handovers.js';
import {
  type LostCall,
  type LostStreamOptions,
  languageOf,
  nextAttempt,
  nextStreamTwiml,
  recordLoss,
} from './lost-stream.js';
import { obeyed, wishOf } from './put-through.js';
import { sentencesOf } from './sentences.js';
import { hangupTwiml, sayTwiml, waitTwiml } from './twiml.js';

type Form = ReturnType<typeof parseForm<typeof streamEndedForm>>;

/** Until the caller's next question: in silence, so not long. */
export const ASK_AGAIN_SECONDS = 1;

export interface StreamEndedOptions extends KnownCalls, LostStreamOptions {
  readonly handovers: Handovers;
  readonly logger: Logger;
}

/**
 * Our side closed the media stream, or died: Twilio asks any live process what comes next. The call has ended, a person is
 * to have it, or the next attempt has it. Throws `NOT_FOUND` for a call that never came in here.
 */
export const afterStreamEnded = async (
  options: StreamEndedOptions,
  form: Form,
  attempt: number,
): Promise<string> => {
  try {
    return await next(options, form, attempt);
  } catch (error) {
    if (!isAppError(error, ErrorCode.UNAVAILABLE)) throw error;
    // The caller holds the line meanwhile: a hang-up is for ever.
    options.logger.warn(
      { callSid: form.CallSid, error: reasonOf(error) },
      'A call waits for the ledger to go on.',
    );
    return waitTwiml(ASK_AGAIN_SECONDS, options.addresses.endedUrl(attempt));
  }
};

const next = async (options: StreamEndedOptions, form: Form, attempt: number): Promise<string> => {
  const { tenantId, callId } = await callOf(options, form);
  const journal = await options.calls.open(tenantId, callId);
  const call = { tenantId, callId, journal };
  const { phase } = journal.state;
  if (phase !== 'received' && phase !== 'answered') return whenOver(options, call);
  let wish = await wishOf(options, call, attempt);
  if (!wish) {
    await recordLoss(call, attempt, options.now());
    // What others wrote just before is known by now.
    wish = await wishOf(options, call, attempt);
  }
  const claimed = wish ? attempt + 1 : nextAttempt(journal.state);
  const isOurs = await options.handovers
    .claimForCarrier(callId, claimed)
    // The table is only to keep a watchdog still: the caller doesn't wait for it.
    .catch(() => true);
  if (!isOurs) return waitTwiml(ASK_AGAIN_SECONDS, options.addresses.endedUrl(attempt));
  return wish ? obeyed(options, call, wish) : nextStreamTwiml(options, call);
};

/** An agent that lost its voice couldn't say so itself. */
const whenOver = async (
  { directory }: StreamEndedOptions,
  { tenantId, journal: { state } }: LostCall,
): Promise<string> => {
  if (state.endReason !== 'failed' || state.apologized) return hangupTwiml();
  const { failed, say } = sentencesOf(await languageOf(directory, tenantId, state));
  return sayTwiml(failed, say);
};
