import { AppError, ErrorCode } from '../../domain/errors.js';
import { SEAL_STREAM, type Seal, sealEvents } from '../../domain/seal/events.js';
import type { EventStore, StoredEvent } from '../../ledger/event-store.js';
import type { ObjectStore } from '../../objects/object-store.js';
import { ChainCheck, type ChainStart } from './chain-check.js';
import { CopiesCheck } from './copies-check.js';
import type { Difference } from './difference.js';
import { leafOf } from './leaf.js';
import { copyKeys } from './seal-copy.js';
import type { TrustedKeys } from './signing.js';

export interface VerifyOptions {
  readonly trusted: TrustedKeys;
  /** Called now and then with how many events were compared. */
  readonly onProgress: (events: number) => void;
  readonly signal: AbortSignal;
}

export interface VerifyLedgerOptions extends VerifyOptions {
  readonly store: EventStore;
  readonly objects: ObjectStore;
  /** Positions, inclusive: the seals that cover them are checked. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface Verdict {
  readonly events: number;
  readonly seals: number;
  /** Newer events, which no seal covers yet; 0 where the last ones weren't read. */
  readonly unsealed: number;
  readonly lastSeal: Seal | null;
  /** Seals that were checked without their hashes from the object store. */
  readonly withoutCopy: number;
  /** The first; `null`: everything is what was sealed. */
  readonly difference: Difference | null;
}

/**
 * Reads the ledger again and compares it with its seals and their copies in the object store, up to the first event that
 * differs. Throws `BAD_USER_INPUT` for a range that isn't in the ledger, and what the stores throw.
 */
export const verifyLedger = async (options: VerifyLedgerOptions): Promise<Verdict> => {
  const { store, objects, trusted, from, to, onProgress, signal } = options;
  await refuseForeignRange(options);
  const start = from === undefined ? undefined : await startBefore(store, from);
  const comparePositions = store.comparePositions.bind(store);
  const fromNumber = start?.number ?? 0;
  const chain = new ChainCheck(trusted, start);
  const copies = await CopiesCheck.open({ objects, trusted, comparePositions, fromNumber });
  let events = 0;
  const verdict = async (difference: Difference | null, unsealed = 0): Promise<Verdict> => {
    const { seals, lastSeal } = chain;
    const withoutCopy = await countWithoutCopy(objects, fromNumber, seals);
    return { events, seals, unsealed, lastSeal, withoutCopy, difference };
  };
  for await (const batch of store.readAll({ ...(start ? { from: start.from } : {}), signal })) {
    for (const event of batch.events) {
      if (copies.mustLoad) await copies.load();
      const leaf = leafOf(event);
      const difference =
        copies.take({ ...event, leaf }) ?? chain.take({ position: event.position, leaf, event });
      events++;
      if (difference) return verdict(difference);
      const isDone = to !== undefined && chain.lastSeal && comparePositions(chain.lastSeal.to, to) >= 0;
      if (isDone) return verdict(copies.broken);
    }
    onProgress(events);
  }
  signal.throwIfAborted();
  await copies.load();
  return verdict(copies.end(), chain.unsealed);
};

/** Of so many seals. Looked up at the end: the last ones may have been made while the ledger was read. */
const countWithoutCopy = async (objects: ObjectStore, fromNumber: number, seals: number): Promise<number> => {
  const copied = await copyKeys(objects, fromNumber);
  return Array.from({ length: seals }, (_, index) => fromNumber + index).filter(
    (number) => !copied.has(number),
  ).length;
};

const refuseForeignRange = async ({ store, from, to }: VerifyLedgerOptions): Promise<void> => {
  if (from === undefined && to === undefined) return;
  const head = await store.head();
  for (const position of [from, to]) {
    if (position === undefined || (head !== undefined && store.comparePositions(position, head) <= 0)) {
      continue;
    }
    const end = head === undefined ? 'is empty' : `ends at position ${head}`;
    throw new AppError(ErrorCode.BAD_USER_INPUT, `The ledger ${end}: there is no position ${position}.`);
  }
  if (from !== undefined && to !== undefined && store.comparePositions(from, to) > 0) {
    throw new AppError(ErrorCode.BAD_USER_INPUT, `There is nothing from position ${from} to ${to}.`);
  }
};

/** The seal that covers a position, or the last one where none does yet. */
const startBefore = async (
  store: EventStore,
  position: string,
): Promise<(ChainStart & { readonly from: string }) | undefined> => {
  const seals = (await store.readStream(SEAL_STREAM)).map(sealOf);
  const seal = seals.find(({ to }) => store.comparePositions(to, position) >= 0) ?? seals.at(-1);
  return seal && { number: seal.number, previous: Buffer.from(seal.previous, 'hex'), from: seal.from };
};

const sealOf = (event: StoredEvent): Seal => {
  try {
    return sealEvents.LedgerSealed.readSchema.parse(JSON.parse(event.data));
  } catch (cause) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      `The seal at position ${event.position} (${event.stream}, revision ${event.revision}) can't be read: verify the whole ledger, without --from.`,
      {},
      { cause },
    );
  }
};
