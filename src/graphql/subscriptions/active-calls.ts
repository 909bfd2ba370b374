import { setTimeout as sleep } from 'node:timers/promises';
import { findCall, listActiveCalls } from '../../../projections/calls/queries.js';
import { ErrorCode, isAppError } from '../../domain/errors.js';
import { parseStreamName } from '../../domain/stream.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import type { ApiContext } from '../context.js';
import { toCall } from '../resolvers/rows.js';
import type { ActiveCallChange } from '../types/transcript.js';
import { SubscriberQueue } from './subscriber-queue.js';

type Kind = ActiveCallChange['change'];

const AGAIN_MS = 250;
const passing: ReadonlySet<ErrorCode> = new Set([ErrorCode.UNAVAILABLE, ErrorCode.RETRY_LATER]);

const changes: Readonly<Record<string, Kind>> = {
  CallReceived: 'STARTED',
  CallAnswered: 'UPDATED',
  CallStatusReported: 'UPDATED',
  CallEnded: 'ENDED',
};

/**
 * The tenant's active calls: those there are, then each that starts, changes and ends, as the read model has it. No gap:
 * the read model is waited for until it has what went by before the tail was joined.
 */
export const activeCalls = async (context: ApiContext): Promise<AsyncIterableIterator<ActiveCallChange>> => {
  const tenantId = await context.readableNoted('calls:read');
  const { tail, readModels } = context.services;
  const events = new SubscriberQueue<LedgerRecord>(() => unfollow());
  const unfollow = tail.followAll(
    (event) => {
      if (event.metadata.tenantId === tenantId && Object.hasOwn(changes, event.type)) events.push(event);
    },
    (error) => events.fail(error),
  );
  const reader = readModels.forTenant(tenantId);
  try {
    await context.waitFor(['calls'], tail.position ?? null);
    const snapshot = await listActiveCalls(reader);
    const known = new Map(snapshot.map(({ callId, revision }) => [callId, revision]));
    return new Changes(
      snapshot.map((row) => ({ change: 'SNAPSHOT', call: toCall(row) })),
      events,
      async ({ stream, type, position, revision }) => {
        const { id } = parseStreamName(stream);
        if (revision <= (known.get(id) ?? -1)) return null;
        await context.waitFor(['calls'], position);
        const row = await findCall(reader, id);
        const isOver = typeof row?.endedAt === 'string';
        // Told with its end, which comes or went by: reports of the carrier come later still.
        if (!row || (isOver && type !== 'CallEnded')) return null;
        if (isOver) known.delete(id);
        else known.set(id, row.revision);
        return { change: changes[type] ?? 'UPDATED', call: toCall(row) };
      },
    );
  } catch (error) {
    await events.return();
    throw error;
  }
};

/** First what there is, then each event as a change. */
class Changes implements AsyncIterableIterator<ActiveCallChange> {
  constructor(
    private readonly first: ActiveCallChange[],
    private readonly events: SubscriberQueue<LedgerRecord>,
    private readonly changeOf: (event: LedgerRecord) => Promise<ActiveCallChange | null>,
  ) {}

  async next(): Promise<IteratorResult<ActiveCallChange>> {
    const first = this.first.shift();
    if (first) return { done: false, value: first };
    for (;;) {
      const event = await this.events.next();
      if (event.done) return { done: true, value: undefined };
      const change = await this.#onceReadable(event.value);
      if (change) return { done: false, value: change };
    }
  }

  /** While the read models are away, or behind, who follows waits: what happens meanwhile waits in `events`. */
  async #onceReadable(event: LedgerRecord): Promise<ActiveCallChange | null> {
    while (!this.events.hasEnded) {
      try {
        return await this.changeOf(event);
      } catch (error) {
        if (!isAppError(error) || !passing.has(error.code)) throw error;
        await sleep(AGAIN_MS);
      }
    }
    return null;
  }

  async return(): Promise<IteratorResult<ActiveCallChange>> {
    await this.events.return();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
