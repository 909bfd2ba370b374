import { type CallState, isLineBroken } from '../domain/call/state.js';
import { DEFAULT_LANGUAGE } from '../domain/language.js';
import type { CallJournal } from '../voice/call-journal.js';
import type { NumberDirectory } from './number-directory.js';
import { sentencesOf } from './sentences.js';
import { storedWithin } from './stored-within.js';
import type { StreamAddresses } from './stream-addresses.js';
import { connectTwiml, sayTwiml } from './twiml.js';

/** The caller hears nothing meanwhile. */
export const STORE_WITHIN_MS = 2_000;

export interface LostStreamOptions {
  readonly addresses: StreamAddresses;
  readonly directory: NumberDirectory;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

export interface LostCall {
  readonly tenantId: string;
  readonly callId: string;
  readonly journal: CallJournal;
}

/** On the call's clock. */
export const callMs = ({ receivedAt }: CallState, atMs: number): number =>
  receivedAt === null ? 0 : Math.max(0, Math.round(atMs - Date.parse(receivedAt)));

/** The media stream that comes next. */
export const nextAttempt = ({ attempt, lostAttempt }: CallState): number =>
  Math.max(attempt, lostAttempt + 1);

/**
 * Records that a media stream is lost, as of `lostAt` on the wall clock. Whoever finds out, in any process: the event has
 * the same id, and is stored once. `false`: it isn't stored yet.
 */
export const recordLoss = (
  { callId, journal }: LostCall,
  attempt: number,
  lostAt: number,
): Promise<boolean> => {
  const command = { type: 'LoseMedia', attempt, atMs: callMs(journal.state, lostAt) } as const;
  return storedWithin(STORE_WITHIN_MS, journal.record(command, `lost:${callId}:${attempt}`));
};

/** TwiML of the call's next media stream; where they break again and again, of an end, which it records. */
export const nextStreamTwiml = async (
  { addresses, directory, now }: LostStreamOptions,
  { tenantId, callId, journal }: LostCall,
): Promise<string> => {
  const { state } = journal;
  if (!isLineBroken(state)) {
    return connectTwiml(addresses.of({ tenantId, callId, attempt: nextAttempt(state) }));
  }
  await endCall(journal, now());
  const { lineBroken, say } = sentencesOf(await languageOf(directory, tenantId, state));
  return sayTwiml(lineBroken, say);
};

/** Nobody can carry the call any more. */
export const endCall = async (journal: CallJournal, nowMs: number): Promise<void> => {
  const atMs = callMs(journal.state, nowMs);
  const ended = journal.record({ type: 'EndUncarried', atMs });
  await storedWithin(STORE_WITHIN_MS, ended);
};

/** What the agent speaks. */
export const languageOf = async (
  directory: NumberDirectory,
  tenantId: string,
  { agentId, agentVersion }: CallState,
): Promise<string> =>
  agentId === null || agentVersion === null
    ? DEFAULT_LANGUAGE
    : (await directory.version(tenantId, agentId, agentVersion)).language;
