import { AppError, ErrorCode } from '../domain/errors.js';
import { journalOf, type KnownCalls } from './call-owner.js';
import type { parseForm, streamStatusForm } from './forms.js';
import { callMs } from './lost-stream.js';
import { storedWithin } from './stored-within.js';

type Form = ReturnType<typeof parseForm<typeof streamStatusForm>>;

/** Twilio tries again when it gets no answer within 15 s. */
const STORE_WITHIN_MS = 8_000;
/** Our side closed the socket: also at every planned end, and where it wasn't planned the ledger says so. */
const CLOSED_BY_US = 31921;

export interface StreamStatusOptions extends KnownCalls {
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

/**
 * Records the trouble that the carrier has with a media stream, once each. That a stream began or ended is known from its
 * socket. Throws `NOT_FOUND` for a call that never came in here, and `UNAVAILABLE` when the trouble isn't stored.
 */
export const reportStreamStatus = async (
  { now, ...known }: StreamStatusOptions,
  form: Form,
): Promise<void> => {
  if (form.StreamEvent !== 'stream-error') return;
  const code = codeIn(form.StreamError);
  if (code === CLOSED_BY_US) return;
  const journal = await journalOf(known, form);
  const stored = journal.record({
    type: 'ReportStreamError',
    streamSid: form.StreamSid,
    code,
    error: form.StreamError.slice(0, 500),
    atMs: callMs(journal.state, now()),
  });
  if (!(await storedWithin(STORE_WITHIN_MS, stored))) {
    throw new AppError(ErrorCode.UNAVAILABLE, 'The ledger is away: send the report again.');
  }
};

/** Twilio's errors of media streams begin with 319. */
const codeIn = (text: string): number | null => {
  const [code] = /\b319\d\d\b/.exec(text) ?? [];
  return code === undefined ? null : Number(code);
};
