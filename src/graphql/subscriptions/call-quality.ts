import { AppError, ErrorCode } from '../../domain/errors.js';
import { isId } from '../../domain/ids.js';
import { callStream } from '../../domain/stream.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import type { ApiContext } from '../context.js';
import type { CallQualitySample } from '../types/media.js';
import { SubscriberQueue } from './subscriber-queue.js';

/** A worker tells the last measure right after the call's end; one that died never does. */
const LAST_WITHIN_MS = 5_000;

/**
 * A call's quality: that of its media streams that are over, each once, and of the one that lasts, as it changes. It ends
 * with the last measure of an ended call, or soon after its end.
 *
 * Throws `NOT_FOUND` for a call that the tenant doesn't have.
 */
export const callQuality = async (
  context: ApiContext,
  callId: string,
): Promise<AsyncIterableIterator<CallQualitySample>> => {
  const tenantId = context.readable('calls:read');
  const { ledger, tail, live } = context.services;
  if (!isId('call', callId)) throw notFound(callId);
  const stream = callStream(tenantId, callId);

  let ending: NodeJS.Timeout | undefined;
  const missed: LedgerRecord[] = [];
  let deliver = (event: LedgerRecord): void => {
    missed.push(event);
  };
  const unfollowTail = tail.follow(stream, {
    onEvent: (event) => deliver(event),
    onUnreadable: ({ error }) => queue.fail(error),
    onLost: (error) => queue.fail(error),
  });
  let isLive = false;
  const unfollowLive = live.followQuality(callId, ({ attempt, ...quality }) => {
    if (isLive) queue.push({ callId, attempt, final: false, quality: { ...quality, echoes: null } });
  });
  const queue = new SubscriberQueue<CallQualitySample>(() => {
    clearTimeout(ending);
    unfollowTail();
    unfollowLive();
  });

  try {
    const past = await ledger.readStream(stream);
    // As in `ApiContext.findNoted`.
    await context.noteAccess('calls:read', tenantId, past.length > 0 ? callId : null);
    if (past.length === 0) throw notFound(callId);
    const follower = new Measures(callId);
    queue.startWith(past.flatMap((event) => follower.take(event)));
    const endWithCall = () => {
      if (follower.isOver) queue.end();
      else if (follower.hasEnded) ending ??= setTimeout(() => queue.end(), LAST_WITHIN_MS).unref();
    };
    deliver = (event) => {
      for (const sample of follower.take(event)) queue.push(sample);
      endWithCall();
    };
    isLive = true;
    for (const event of missed) deliver(event);
    endWithCall();
    return queue;
  } catch (error) {
    await queue.return();
    throw error;
  }
};

/** What is known of a call's media streams by its events, each of which it takes once. */
class Measures {
  readonly #callId: string;
  #revision = -1;
  #attempt = 0;
  #measuredAttempt = 0;
  hasEnded = false;

  constructor(callId: string) {
    this.#callId = callId;
  }

  /** The call has ended, and its last media stream is measured. */
  get isOver(): boolean {
    return this.hasEnded && this.#measuredAttempt >= this.#attempt;
  }

  take(event: LedgerRecord): readonly CallQualitySample[] {
    if (event.revision <= this.#revision) return [];
    this.#revision = event.revision;
    if (event.type === 'MediaStreamStarted') this.#attempt = event.data.attempt;
    if (isEnd(event)) this.hasEnded = true;
    if (event.type !== 'MediaQualityMeasured') return [];
    const { attempt, echoes = null, ...quality } = event.data;
    this.#measuredAttempt = Math.max(this.#measuredAttempt, attempt);
    return [{ callId: this.#callId, attempt, final: true, quality: { ...quality, echoes } }];
  }
}

const isEnd = ({ type }: LedgerRecord): boolean => type === 'CallEnded' || type === 'CallRejected';

const notFound = (callId: string): AppError =>
  new AppError(ErrorCode.NOT_FOUND, `Call not found: ${callId}`, { callId });
