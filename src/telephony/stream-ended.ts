import type { CallState } from '../domain/call/state.js';
import { DEFAULT_LANGUAGE } from '../domain/language.js';
import { callOf, type KnownCalls } from './call-owner.js';
import type { parseForm, streamEndedForm } from './forms.js';
import type { NumberDirectory } from './number-directory.js';
import { sentencesOf } from './sentences.js';
import { storedWithin } from './stored-within.js';
import type { StreamAddresses } from './stream-addresses.js';
import { connectTwiml, hangupTwiml, sayTwiml } from './twiml.js';

type Form = ReturnType<typeof parseForm<typeof streamEndedForm>>;

/** Streams that break again and again: the caller is told, and the call ends. */
const MAX_LOSSES = 5;
/** The caller hears nothing meanwhile. */
const STORE_WITHIN_MS = 2_000;

export interface StreamEndedOptions extends KnownCalls {
  readonly addresses: StreamAddresses;
  readonly directory: NumberDirectory;
  readonly now: () => number;
}

/**
 * Our side closed the media stream, or died: Twilio asks any live process what comes next. The call has ended, or the
 * next attempt has it. Throws `NOT_FOUND` for a call that never came in here.
 */
export const afterStreamEnded = async (
  { addresses, directory, now, ...known }: StreamEndedOptions,
  form: Form,
  attempt: number,
): Promise<string> => {
  const { tenantId, callId } = await callOf(known, form);
  const journal = await known.calls.open(tenantId, callId);
  if (journal.state.phase !== 'received' && journal.state.phase !== 'answered') return hangupTwiml();
  const { receivedAt } = journal.state;
  const atMs = receivedAt === null ? 0 : Math.max(0, now() - Date.parse(receivedAt));
  // The same loss is recorded once, whoever tells of it: an older attempt's is known already.
  await storedWithin(STORE_WITHIN_MS, journal.record({ type: 'LoseMedia', attempt, atMs }));
  const { lostAttempt } = journal.state;
  if (lostAttempt > MAX_LOSSES) {
    const ended = journal.record({ type: 'EndCall', reason: 'worker_lost', by: 'platform', atMs });
    await storedWithin(STORE_WITHIN_MS, ended);
    const { lineBroken, say } = sentencesOf(await languageOf(directory, tenantId, journal.state));
    return sayTwiml(lineBroken, say);
  }
  return connectTwiml(addresses.of({ tenantId, callId, attempt: lostAttempt + 1 }));
};

/** What the agent spoke. */
const languageOf = async (
  directory: NumberDirectory,
  tenantId: string,
  { agentId, agentVersion }: CallState,
): Promise<string> =>
  agentId === null || agentVersion === null
    ? DEFAULT_LANGUAGE
    : (await directory.version(tenantId, agentId, agentVersion)).language;
