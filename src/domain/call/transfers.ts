import type { CallEvent } from './events.js';
import type { CallState } from './state.js';
import type { TransferOutcome, TransferRequester } from './vocabulary.js';

/** A person was to take the call over, or did. */
export interface CallTransfer {
  /** 1, 2, 3 … within the call. */
  readonly transfer: number;
  /** In E.164; `null` once erased. */
  readonly to: string | null;
  readonly by: TransferRequester;
  /** The exchange whose answer led to it; `null`: none did. */
  readonly turn: number | null;
  readonly requestedAtMs: number;
  /** When the carrier was told to dial; `null`: it wasn't yet. */
  readonly dialedAtMs: number | null;
  /** `null`: nobody knows yet. */
  readonly outcome: TransferOutcome | null;
}

/** So long the carrier lets two people talk: Twilio's own limit, which its TwiML is told. */
export const MAX_TRANSFER_SECONDS = 4 * 3_600;
/** By then the carrier has said what came of a transfer, or nobody ever will: with its ringing, and time to spare. */
export const TRANSFER_OVER_MS = (MAX_TRANSFER_SECONDS + 600) * 1_000;

/** The transfer that nothing came of yet; `null`: there is none. */
export const pendingTransfer = ({ transfers }: Pick<CallState, 'transfers'>): CallTransfer | null => {
  const last = transfers.at(-1);
  return last && last.outcome === null ? last : null;
};

/** The carrier dials a person, or lets one talk with the caller: no worker carries the call. */
export const isWithPerson = (state: Pick<CallState, 'transfers'>): boolean =>
  typeof pendingTransfer(state)?.dialedAtMs === 'number';

/** Nobody took the caller over, and the agent's next media stream isn't there yet. */
export const isOnWayBack = ({
  transferFailed,
  lostAttempt,
  attempt,
}: Pick<CallState, 'transferFailed' | 'lostAttempt' | 'attempt'>): boolean =>
  transferFailed && lostAttempt >= attempt;

/** Once: an agent that comes back and fails again would only send the caller round in circles. */
export const mayFailToPerson = ({ transfers }: Pick<CallState, 'transfers'>): boolean =>
  transfers.every(({ by }) => by !== 'platform');

type TransferEvent = Extract<CallEvent, { type: 'TransferRequested' | 'TransferDialed' | 'TransferEnded' }>;

/** The call's transfers after another event of one. */
export const withTransferEvent = (
  transfers: readonly CallTransfer[],
  { type, data }: TransferEvent,
): readonly CallTransfer[] => {
  const patched = (changes: Partial<CallTransfer>): readonly CallTransfer[] =>
    transfers.map((one) => (one.transfer === data.transfer ? { ...one, ...changes } : one));
  switch (type) {
    case 'TransferRequested': {
      const { transfer, to, by, turn = null, atMs: requestedAtMs } = data;
      return [...transfers, { transfer, to, by, turn, requestedAtMs, dialedAtMs: null, outcome: null }];
    }
    case 'TransferDialed':
      return patched({ dialedAtMs: data.atMs });
    case 'TransferEnded':
      return patched({ outcome: data.outcome });
  }
};
