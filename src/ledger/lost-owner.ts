import { AppError, ErrorCode } from '../domain/errors.js';
import type { LedgerRecord } from './ledger.js';

/** Whether a stream is kept from coming to be: another took over what it was to own (`reserve.ts`). */
export const isLost = (past: readonly Pick<LedgerRecord, 'type'>[]): boolean =>
  past[0]?.type === 'ReservationLost';

/** Throws `CONFLICT` for such a stream. */
export const refuseLost = (past: readonly Pick<LedgerRecord, 'type'>[]): void => {
  if (!isLost(past)) return;
  throw new AppError(
    ErrorCode.CONFLICT,
    'This took longer than a minute, and another request took what was reserved for it; send it as a new one, with another idempotencyKey.',
  );
};
