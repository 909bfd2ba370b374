import { AppError, ErrorCode } from '../errors.js';
import type { CallEvent } from './events.js';
import { type CallState, isLineBroken } from './state.js';
import {
  type CallTransfer,
  isOnWayBack,
  isWithPerson,
  pendingTransfer,
  TRANSFER_OVER_MS,
} from './transfers.js';

type DataOf<T extends CallEvent['type']> = Extract<CallEvent, { type: T }>['data'];
type Ended = DataOf<'CallEnded'>;

export type TransferCommand =
  /** An operator's. What the agent wants, its worker records. */
  | { readonly type: 'RequestTransfer'; readonly to: string; readonly atMs: number }
  | ({ readonly type: 'DialTransfer' } & DataOf<'TransferDialed'>)
  | ({ readonly type: 'EndTransfer' } & DataOf<'TransferEnded'>)
  /** `reachesCarrier`: the carrier can be told to end a call that no worker carries. */
  | { readonly type: 'RequestEnd'; readonly reachesCarrier: boolean; readonly atMs: number }
  /** Of a call that nobody carries any more, or that the carrier was told to end: why it ended is what its events say. */
  | { readonly type: 'EndUncarried'; readonly atMs: number };

type CommandOf<T extends TransferCommand['type']> = Extract<TransferCommand, { type: T }>;

export const requestTransfer = (
  { to, atMs }: CommandOf<'RequestTransfer'>,
  state: CallState,
): readonly CallEvent[] => {
  requireOperable(state);
  if (state.endRequestedAtMs !== null) throw conflict('An operator has ended the call already.');
  if (pendingTransfer(state)) throw conflict('The call is being put through already: wait what comes of it.');
  const transfer = state.transfers.length + 1;
  return [{ type: 'TransferRequested', data: { transfer, to, by: 'operator', atMs } }];
};

export const requestEnd = (
  { reachesCarrier, atMs }: CommandOf<'RequestEnd'>,
  state: CallState,
): readonly CallEvent[] => {
  requireOperable(state);
  if (state.endRequestedAtMs !== null) return [];
  if (isWithPerson(state) && !reachesCarrier) throw conflict(BEYOND_REACH);
  return [{ type: 'CallEndRequested', data: { atMs } }];
};

const BEYOND_REACH =
  "The call was put through to a person, and ends when one of the two hangs up. To end such calls by Twilio's REST API, set TWILIO_ACCOUNT_SID beside TWILIO_AUTH_TOKEN.";

export const dialTransfer = (
  { transfer, atMs }: CommandOf<'DialTransfer'>,
  state: CallState,
): readonly CallEvent[] => {
  const pending = state.phase === 'answered' ? pendingTransfer(state) : null;
  const isDue = pending?.transfer === transfer && pending.dialedAtMs === null;
  return isDue ? [{ type: 'TransferDialed', data: { transfer, atMs } }] : [];
};

/** Also after the call's end, which the carrier may have told first. */
export const endTransfer = (
  { type: _, ...data }: CommandOf<'EndTransfer'>,
  state: CallState,
): readonly CallEvent[] => {
  const transfer = pendingTransfer(state);
  if (transfer?.transfer !== data.transfer) return [];
  const ended: CallEvent = { type: 'TransferEnded', data };
  if (data.outcome !== 'answered' || state.phase !== 'answered') return [ended];
  // Twilio asks, too, what comes after a `<Dial>` that it was told to end.
  const end = state.endRequestedAtMs !== null ? BY_OPERATOR : withPersonEnd(transfer);
  return [ended, callEnded(state, end, data.atMs)];
};

export const endUncarried = ({ atMs }: CommandOf<'EndUncarried'>, state: CallState): readonly CallEvent[] => {
  if (state.phase !== 'received' && state.phase !== 'answered') return [];
  const dialedAtMs = pendingTransfer(state)?.dialedAtMs ?? null;
  const isOver = state.carrierEnded || state.endRequestedAtMs !== null;
  const mayStillTalk = dialedAtMs !== null && !isOver && atMs - dialedAtMs < TRANSFER_OVER_MS;
  return mayStillTalk ? [] : [callEnded(state, uncarriedEnd(state), atMs)];
};

type End = Pick<Ended, 'reason' | 'by'>;

const BY_OPERATOR: End = { reason: 'operator', by: 'operator' };

const withPersonEnd = ({ by }: CallTransfer): End => ({ reason: 'transferred', by });

const uncarriedEnd = (state: CallState): End => {
  const transfer = pendingTransfer(state);
  if (state.endRequestedAtMs !== null) return BY_OPERATOR;
  if (transfer && isWithPerson(state)) return withPersonEnd(transfer);
  // Between the agent and a person, either way, there is only the caller.
  const isBetween = transfer !== null || isOnWayBack(state);
  if (isBetween && state.carrierEnded) return { reason: 'caller_hung_up', by: 'caller' };
  // Media that never came, of a line that isn't broken, are a caller's who didn't wait.
  const neverCame = state.attempt === 0 && !isLineBroken(state);
  return { reason: neverCame ? 'caller_hung_up' : 'worker_lost', by: 'platform' };
};

/** A call's end as its event. */
export const callEnded = ({ phase, answeredAtMs }: CallState, end: End, atMs: number): CallEvent => {
  const durationMs = phase === 'answered' ? Math.max(0, atMs - answeredAtMs) : 0;
  return { type: 'CallEnded', data: { ...end, atMs, durationMs } };
};

const requireOperable = ({ phase }: CallState): void => {
  switch (phase) {
    case 'none':
      throw new AppError(ErrorCode.NOT_FOUND, 'There is no such call.', { field: 'callId' });
    case 'received':
      throw conflict('The call is not answered yet: try again in a moment.');
    case 'rejected':
      throw conflict('The call was not taken.');
    case 'ended':
      throw conflict('The call has ended.');
    case 'answered':
  }
};

const conflict = (message: string): AppError => new AppError(ErrorCode.CONFLICT, message);
