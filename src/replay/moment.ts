import { AppError, ErrorCode } from '../domain/errors.js';
import type { StoredEvent } from '../ledger/event-store.js';
import type { Ledger, LedgerRecord } from '../ledger/ledger.js';

/** Which moment of a stream: after an event of it, or at a time by the ledger's clock (ISO 8601). Neither: now. */
export interface Moment {
  readonly revision?: number | null | undefined;
  readonly time?: string | null | undefined;
}

/** What tells where an event stands in its stream. */
type Placed = Pick<StoredEvent, 'revision' | 'createdAt'>;

/**
 * As `eventsUntil`, of what was read from the store. Only those events are decoded: what stands behind them may have been
 * tampered with, or be newer than this program. Throws where one of theirs can't be read.
 */
export const decodedUntil = (
  ledger: Ledger,
  name: string,
  stored: readonly StoredEvent[],
  moment: Moment,
): Promise<readonly LedgerRecord[]> => ledger.decode(eventsUntil(name, stored, moment));

/**
 * The stream's events up to the moment: of a time, those before the first that was stored later. Never empty. `name`: as
 * those who ask call it, by the stream's name or by what it's about. Throws `NOT_FOUND` for a stream without events, and
 * `BAD_USER_INPUT` for a revision past its end, a time before its first event, or both at once.
 */
export const eventsUntil = <E extends Placed>(
  name: string,
  events: readonly E[],
  { revision = null, time = null }: Moment,
): readonly E[] => {
  const [first] = events;
  const last = events.at(-1);
  if (!first || !last) throw new AppError(ErrorCode.NOT_FOUND, `Stream not found: ${name}`, { name });
  if (revision !== null && time !== null) {
    throw new AppError(ErrorCode.BAD_USER_INPUT, 'Give a revision or a time, not both.');
  }
  if (revision !== null) return untilRevision(name, events, revision, last.revision);
  return time === null ? events : untilTime(name, events, time, first.createdAt);
};

const untilRevision = <E extends Placed>(
  name: string,
  events: readonly E[],
  revision: number,
  lastRevision: number,
): readonly E[] => {
  if (revision >= 0 && revision <= lastRevision) return events.slice(0, revision + 1);
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `${name} has the revisions 0 to ${lastRevision}, and no ${revision}.`,
    { revision, lastRevision },
  );
};

const untilTime = <E extends Placed>(
  name: string,
  events: readonly E[],
  time: string,
  firstStoredAt: string,
): readonly E[] => {
  const past = eventsStoredUntil(events, time);
  if (past.length > 0) return past;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `${name} began at ${firstStoredAt}: at ${time} there was nothing.`,
    { time, firstStoredAt },
  );
};

/** A stream's events before the first that was stored later than `time` (ISO 8601). */
export const eventsStoredUntil = <E extends Placed>(events: readonly E[], time: string): readonly E[] => {
  const untilUs = endUs(time);
  const later = events.findIndex(({ createdAt }) => startUs(createdAt) > untilUs);
  return later === -1 ? events : events.slice(0, later);
};

/** The digits behind the milliseconds: `Date` doesn't have them. */
const MICROSECONDS = /\.\d{3}(\d{1,3})/;

const startUs = (time: string): number =>
  Date.parse(time) * 1_000 + Number((MICROSECONDS.exec(time)?.[1] ?? '').padEnd(3, '0'));

/** The API and the terminal's lists show milliseconds: of one that is named, all that was stored in it counts. */
const endUs = (time: string): number =>
  MICROSECONDS.test(time) ? startUs(time) : Date.parse(time) * 1_000 + 999;
