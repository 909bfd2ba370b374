import { AppError, ErrorCode } from '../domain/errors.js';
import type { Appended } from '../ledger/event-store.js';
import type { Executed } from '../ledger/execute.js';
import type { Pseudonyms } from '../ledger/keys/pseudonyms.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Providers } from '../providers/registry.js';
import type { ErasureCopies } from './erasure-copies.js';

/** What tenants, agents and numbers are managed with. */
export interface TenancyOptions {
  readonly ledger: Ledger;
  readonly pseudonyms: Pseudonyms;
  readonly providers: Providers;
  readonly copies: ErasureCopies;
  /** The carrier can be told to end a call that no worker carries. */
  readonly reachesCarrier: boolean;
}

/** Where a stream stands that a command has made or found. */
export const existing = ({ appended }: Executed<unknown>): Appended => {
  if (appended) return appended;
  throw new AppError(ErrorCode.NOT_FOUND, 'There is no such thing.');
};
