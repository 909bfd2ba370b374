import {
  type AllStreamRecordedEvent,
  type BinaryEventType,
  binaryEvent,
  type EventData,
  type Position,
  type RecordedEvent,
} from '@eventstore/db-client';
import { z } from 'zod';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { EventMetadata } from '../../domain/event.js';
import type { EncodedEvent, StoredEvent } from '../event-store.js';

/** What the server tells where it doesn't know a position: the greatest unsigned number of 64 bits. */
const NO_POSITION = 2n ** 64n - 1n;

const storedMetadata = z.looseObject({
  $correlationId: z.string(),
  $causationId: z.string(),
  tenantId: z.string(),
  schemaVersion: z.int(),
});

/**
 * The data goes as bytes, not as JSON: the client parses and prints what is JSON, and a number such as 1.0, a key that
 * looks like a number, or a space would come back otherwise than it was sealed. The metadata is JSON, so that the
 * server knows `$correlationId` and `$causationId`.
 */
export const eventData = ({
  id,
  type,
  schemaVersion,
  data,
  metadata,
}: EncodedEvent): EventData<BinaryEventType> =>
  binaryEvent({ id, type, data: Buffer.from(data), metadata: { ...metadata, schemaVersion } });

/** Of the server's own business: statistics, stream metadata, links. */
export const isSystemEvent = ({
  streamId,
  type,
}: {
  readonly streamId: string;
  readonly type: string;
}): boolean => streamId.startsWith('$') || type.startsWith('$');

/** An event's commit position, which is its own also within an append of many. */
export const positionText = (position: Position | undefined): string | undefined =>
  position === undefined || position.commit === NO_POSITION ? undefined : position.commit.toString();

/** For reads and subscriptions. Throws `BAD_USER_INPUT` on what isn't a position. */
export const positionOf = (text: string): Position => {
  if (!/^\d{1,19}$/.test(text)) {
    throw new AppError(ErrorCode.BAD_USER_INPUT, `"${text}" is not a position of the ledger.`);
  }
  const commit = BigInt(text);
  return { commit, prepare: commit };
};

/**
 * Throws `INTERNAL` for an event that Ledgerline didn't write. Its time is the one that the server stored, whichever way
 * it's read: seals hash it. The leader's clock may go back at a failover, and then these times do.
 */
export const storedEvent = (event: RecordedEvent | AllStreamRecordedEvent): StoredEvent => {
  const parsed = storedMetadata.safeParse(event.metadata);
  const position = positionText(event.position);
  if (position === undefined) {
    throw new AppError(
      ErrorCode.INTERNAL,
      'This EventStoreDB tells no positions with the events of a stream: Ledgerline needs version 22.10 or newer.',
    );
  }
  if (!(event.data instanceof Uint8Array) || !parsed.success) {
    throw new AppError(
      ErrorCode.INTERNAL,
      `${event.streamId}@${event.revision} (${event.type}) was not written by Ledgerline, which needs an EventStoreDB of its own.`,
      { stream: event.streamId, revision: Number(event.revision), type: event.type },
    );
  }
  const { schemaVersion, ...metadata } = parsed.data;
  return {
    id: event.id,
    type: event.type,
    schemaVersion,
    data: Buffer.from(event.data).toString('utf8'),
    metadata: metadata as unknown as EventMetadata,
    stream: event.streamId,
    revision: Number(event.revision),
    position,
    createdAt: event.created.toISOString(),
  };
};
