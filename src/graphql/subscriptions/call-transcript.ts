import { decodeCursor } from '../../../projections/runtime/keyset.js';
import { AppError, ErrorCode } from '../../domain/errors.js';
import { isId } from '../../domain/ids.js';
import { callStream } from '../../domain/stream.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import type { ApiContext } from '../context.js';
import type { TranscriptItem } from '../types/transcript.js';
import { SubscriberQueue } from './subscriber-queue.js';
import { interimItem, TRANSCRIPT_CURSOR, transcriptItem } from './transcript-items.js';

/**
 * A call's transcript from `after` on, with what is being said in between: no gap and no double, because the tail is
 * joined before the past is read, and both count by the stream's revisions. It ends with the call.
 *
 * Throws `NOT_FOUND` for a call that the tenant doesn't have, and `BAD_USER_INPUT` for a cursor of something else; it ends
 * with an error at an event that can't be read.
 */
export const callTranscript = async (
  context: ApiContext,
  callId: string,
  after: string | null,
): Promise<AsyncIterableIterator<TranscriptItem>> => {
  const tenantId = context.readable('calls:read');
  const { ledger, tail, live } = context.services;
  const seen = after === null ? -1 : Number(decodeCursor(TRANSCRIPT_CURSOR, ['index'], after)[0]);
  if (!isId('call', callId)) throw notFound(callId);
  const stream = callStream(tenantId, callId);

  const missed: LedgerRecord[] = [];
  let deliver = (event: LedgerRecord): void => {
    missed.push(event);
  };
  const unfollowTail = tail.follow(stream, {
    onEvent: (event) => deliver(event),
    // A line would be missing: another process may know it, and go on from the cursor.
    onUnreadable: ({ error }) => queue.fail(error),
    // Lines were told that aren't there any more.
    onLost: (error) => queue.fail(error),
  });
  // What is being said while the past is read is shown by the event that it becomes.
  let isLive = false;
  const unfollowLive = live.follow(callId, (text) => {
    if (isLive) queue.push(interimItem(callId, text));
  });
  const queue = new SubscriberQueue<TranscriptItem>(() => {
    unfollowTail();
    unfollowLive();
  });

  try {
    const past = await ledger.readStream(stream);
    // As in `ApiContext.findNoted`.
    await context.noteAccess('calls:read', tenantId, past.length > 0 ? callId : null);
    if (past.length === 0) throw notFound(callId);
    const end = [...past, ...missed].at(-1)?.revision ?? -1;
    if (seen > end) throw beyondEnd(callId, after, end);
    let revision = seen;
    const itemsOf = (event: LedgerRecord): TranscriptItem[] => {
      if (event.revision <= revision) return [];
      revision = event.revision;
      const item = transcriptItem(callId, event);
      return item ? [item] : [];
    };
    queue.startWith([...past, ...missed].flatMap(itemsOf));
    deliver = (event) => {
      for (const item of itemsOf(event)) queue.push(item);
      if (isEnd(event)) queue.end();
    };
    isLive = true;
    // Resumed behind the end, too: nothing follows.
    if ([...past, ...missed].some(isEnd)) queue.end();
    return queue;
  } catch (error) {
    await queue.return();
    throw error;
  }
};

const isEnd = ({ type }: LedgerRecord): boolean => type === 'CallEnded' || type === 'CallRejected';

/** All that follows would be taken for seen. */
const beyondEnd = (callId: string, after: string | null, end: number): AppError =>
  new AppError(
    ErrorCode.BAD_USER_INPUT,
    `The cursor "${after}" lies beyond the last event of ${callId} (revision ${end}): it is another call's.`,
    { after, callId },
  );

const notFound = (callId: string): AppError =>
  new AppError(ErrorCode.NOT_FOUND, `Call not found: ${callId}`, { callId });
