import { type CallTransfer, pendingTransfer } from '../domain/call/transfers.js';
import {
  callMs,
  endCall,
  type LostCall,
  type LostStreamOptions,
  languageOf,
  STORE_WITHIN_MS,
} from './lost-stream.js';
import { sentencesOf } from './sentences.js';
import { storedWithin } from './stored-within.js';
import { dialTwiml, hangupTwiml } from './twiml.js';

/** What somebody wanted of a call before its media stream was over. `null`: nothing, and it goes on with the agent. */
export interface Wish {
  /** What the carrier is to do. */
  readonly twiml: string;
  /** Once it was told so, or is just being told. */
  readonly record: () => Promise<void>;
}

/**
 * A call that an operator wants to end has ended by that; one that is put through is dialed, as often as it's asked, when
 * `attempt`'s stream is over: an older one's question is another stream's answer.
 */
export const wishOf = async (
  options: LostStreamOptions,
  call: LostCall,
  attempt: number,
): Promise<Wish | null> => {
  const { journal } = call;
  if (attempt < journal.state.attempt) return null;
  const { state } = journal;
  if (state.endRequestedAtMs !== null) {
    return { twiml: hangupTwiml(), record: () => endCall(journal, options.now()) };
  }
  const transfer = pendingTransfer(state);
  if (transfer === null) return null;
  const { to } = transfer;
  if (to === null) return failErased(options, call, transfer);
  const endedUrl = options.addresses.transferEndedUrl(transfer.transfer);
  const twiml = dialTwiml({ to, endedUrl }, await apologyOf(options, call, transfer));
  return { twiml, record: () => recordDial(options, call, transfer) };
};

/**
 * Records what was wanted for a carrier that asks, and gives what it's to do: an operator may have wanted the end since,
 * and a call that was told to dial asks no more until somebody is done with it.
 */
export const obeyed = async (options: LostStreamOptions, call: LostCall, wish: Wish): Promise<string> => {
  const { journal } = call;
  const isToEnd = (): boolean => journal.state.endRequestedAtMs !== null;
  if (!isToEnd()) await wish.record();
  if (!isToEnd()) return wish.twiml;
  await endCall(journal, options.now());
  return hangupTwiml();
};

/** Nobody can be dialed at a number that is erased: the call goes on with the agent. */
const failErased = async (
  { now }: LostStreamOptions,
  { callId, journal }: LostCall,
  { transfer }: CallTransfer,
): Promise<null> => {
  const atMs = callMs(journal.state, now());
  const command = { type: 'EndTransfer', transfer, outcome: 'failed', durationSeconds: null, atMs } as const;
  await storedWithin(STORE_WITHIN_MS, journal.record(command, `transfer-ended:${callId}:${transfer}`));
  return null;
};

/** In any process, and however often: the event has the same id, and is stored once. */
const recordDial = async (
  { now }: LostStreamOptions,
  { callId, journal }: LostCall,
  { transfer }: CallTransfer,
): Promise<void> => {
  const command = { type: 'DialTransfer', transfer, atMs: callMs(journal.state, now()) } as const;
  await storedWithin(STORE_WITHIN_MS, journal.record(command, `dial:${callId}:${transfer}`));
};

/** An agent that lost its voice couldn't say itself why a person takes over. */
const apologyOf = async (
  { directory }: LostStreamOptions,
  { tenantId, journal: { state } }: LostCall,
  { by, turn }: CallTransfer,
) => {
  if (by !== 'platform' || turn !== null || state.apologized) return undefined;
  const { failedTransfer, say } = sentencesOf(await languageOf(directory, tenantId, state));
  return { sentence: failedTransfer, language: say };
};
