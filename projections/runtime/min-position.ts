import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, ErrorCode } from '../../src/domain/errors.js';
import type { EventStore } from '../../src/ledger/event-store.js';
import type { ReadDatabase } from './read-database.js';

const PATIENCE_MS = 2_000;
const LOOK_EVERY_MS = 15;
const POSITION = /^\d{1,30}$/;

/**
 * Waits until the projections have a position that a mutation told: whoever wrote reads what it wrote. Throws
 * `BAD_USER_INPUT` for a position beyond the ledger's end, and `RETRY_LATER` with the position reached after 2 s, or `patienceMs`.
 */
export const waitForPosition = async (
  database: Pick<ReadDatabase<never>, 'reached'>,
  store: EventStore,
  position: string,
  projections: readonly string[],
  patienceMs = PATIENCE_MS,
): Promise<void> => {
  const compare = (a: string, b: string) => store.comparePositions(a, b);
  const isThere = (reached: string | undefined) => reached !== undefined && compare(reached, position) >= 0;
  if (!POSITION.test(position)) {
    throw new AppError(ErrorCode.BAD_USER_INPUT, `"${position}" is not a position that a mutation told.`);
  }
  let reached = await database.reached(projections, compare);
  if (isThere(reached)) return;
  const head = await store.head();
  if (head === undefined || compare(position, head) > 0) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `The position ${position} lies beyond the ledger's end (${head ?? 'it is empty'}).`,
      { position, head: head ?? null },
    );
  }
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    reached = await database.reached(projections, compare);
    if (isThere(reached)) return;
  }
  throw new AppError(
    ErrorCode.RETRY_LATER,
    `The read models are at ${reached ?? 'their start'}, not at ${position} yet; try again.`,
    { position, reached: reached ?? null },
  );
};
