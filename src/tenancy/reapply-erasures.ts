import type { Logger } from '../domain/logger.js';
import type { AppliedErasures } from './applied-erasures.js';
import { applyErasure, type ErasureOptions } from './erasure.js';
import type { ErasureCopies } from './erasure-copies.js';

export interface EraseAgainOptions extends Pick<ErasureOptions, 'ledger'> {
  readonly copies: ErasureCopies;
  readonly applied: Pick<AppliedErasures, 'missing'>;
}

export interface ReapplyOptions extends EraseAgainOptions {
  readonly applied: AppliedErasures;
  /** Resolves once the read models have what is at the position. */
  readonly whenShown: (position: string) => Promise<void>;
  readonly logger: Logger;
}

interface ErasedAgain {
  /** Of the copies. */
  readonly names: readonly string[];
  /** Of the last one; `undefined`: there was none. */
  readonly position: string | undefined;
}

/**
 * Applies the erasures that the object store knows of and the database doesn't: it's an older backup's, or a process died
 * in the middle of one. From then on nobody reads in the ledger who was erased; the read models come after. Applying one
 * again changes nothing, so it may be killed at any step. Throws `UNAVAILABLE`, and `INTERNAL` for a copy that can't be read.
 */
export const eraseAgain = async ({ ledger, copies, applied }: EraseAgainOptions): Promise<ErasedAgain> => {
  const names = await applied.missing(await copies.names());
  let last: string | undefined;
  for (const name of names) {
    const position = await applyErasure(ledger, await copies.get(name));
    if (last === undefined || ledger.store.comparePositions(position, last) > 0) last = position;
  }
  return { names, position: last };
};

/** As `eraseAgain`, until the read models show it, too: to be done before anybody is served. */
export const reapplyErasures = async ({ whenShown, logger, ...options }: ReapplyOptions): Promise<void> => {
  const { names, position } = await eraseAgain(options);
  if (position === undefined) return;
  await whenShown(position);
  await options.applied.add(names);
  logger.info({ erasures: names.length }, 'Erasures were applied again.');
};
