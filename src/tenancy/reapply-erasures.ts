import type { Logger } from '../domain/logger.js';
import type { AppliedErasures } from './applied-erasures.js';
import { applyErasure, type ErasureOptions } from './erasure.js';
import type { ErasureCopies } from './erasure-copies.js';

export interface ReapplyOptions extends Pick<ErasureOptions, 'ledger'> {
  readonly copies: ErasureCopies;
  readonly applied: AppliedErasures;
  /** Resolves once the read models have what is at the position. */
  readonly whenShown: (position: string) => Promise<void>;
  readonly logger: Logger;
}

/**
 * Applies the erasures that the object store knows of and the database doesn't: it's an older backup's, or a process died
 * in the middle of one. To be done before anybody is served. Applying one again changes nothing, so it may be killed at
 * any step. Throws `UNAVAILABLE`, and `INTERNAL` for a copy that can't be read.
 */
export const reapplyErasures = async ({
  ledger,
  copies,
  applied,
  whenShown,
  logger,
}: ReapplyOptions): Promise<void> => {
  const names = await applied.missing(await copies.names());
  if (names.length === 0) return;
  let last: string | undefined;
  for (const name of names) {
    const position = await applyErasure(ledger, await copies.get(name));
    if (last === undefined || ledger.store.comparePositions(position, last) > 0) last = position;
  }
  if (last !== undefined) await whenShown(last);
  await applied.add(names);
  logger.info({ erasures: names.length }, 'Erasures were applied again.');
};
