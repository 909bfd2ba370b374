import type { EventMetadata } from '../domain/event.js';

/** One append may carry this much in every adapter: EventStoreDB's own limit. */
export const MAX_APPEND_BYTES = 1_048_576;

/** An event as the stores keep it: its data is JSON that they don't look into, and give back as it came. */
export interface EncodedEvent {
  /** UUID. A retry carries the same id, and is one copy. */
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
  readonly metadata: EventMetadata;
}

export interface StoredEvent extends EncodedEvent {
  readonly stream: string;
  /** 0-based and dense within the stream. */
  readonly revision: number;
  /** Opaque, monotonic, possibly sparse; only `comparePositions` compares it. */
  readonly position: string;
  /** ISO 8601 in UTC by the store's clock, never going back along the positions. */
  readonly createdAt: string;
}

/** The revision that the stream must have before the append; `none`: it must not exist. */
export type ExpectedRevision = number | 'none';

export interface AppendOptions {
  readonly expectedRevision: ExpectedRevision;
  readonly tenantId: string;
}

/** Where the last event of an append stands. */
export interface Appended {
  readonly revision: number;
  readonly position: string;
}

export interface EventBatch {
  /** Never empty. */
  readonly events: readonly StoredEvent[];
  /** Nothing newer was stored when the batch was read. */
  readonly atHead: boolean;
}

/**
 * The ledger's port. Nothing deletes, nothing truncates: forgetting is done with keys.
 *
 * `append` throws `CONFLICT` when the stream is elsewhere (details: `actualRevision`, −1 for no stream), `UNAVAILABLE`
 * when nothing was written, `OUTCOME_UNKNOWN` when nobody knows, which three more tries haven't found out
 * (`sendUntilKnown`); after the last two the same events may be sent again with the same `expectedRevision`, and are
 * stored once. `RETRY_LATER`: too much is waiting already.
 */
export interface EventStore {
  append(stream: string, events: readonly EncodedEvent[], options: AppendOptions): Promise<Appended>;
  /** From `fromRevision` on (inclusive, default 0), in order. Empty: there is no such stream, or nothing newer. */
  readStream(stream: string, options?: { readonly fromRevision?: number }): Promise<readonly StoredEvent[]>;
  /** The whole ledger in pages, from a position on (inclusive), up to its end at the time. */
  readAll(options?: { readonly from?: string; readonly signal?: AbortSignal }): AsyncIterable<EventBatch>;
  /**
   * What was and will be stored after a position (exclusive; default: everything). It survives a lost connection, and
   * ends by its signal or with an error that somebody has to mend, as refused credentials: say so, and try again. Throws
   * `EVENTS_LOST` where the event that it stood at isn't there any more. The next batch is read when the consumer asks for it.
   */
  subscribeAll(options: {
    readonly after?: string | undefined;
    readonly signal: AbortSignal;
  }): AsyncIterable<EventBatch>;
  /** Whether the event that was at a position is there. `eventId`: and not another one, written after it was lost. */
  has(position: string, eventId?: string): Promise<boolean>;
  /** The last stored position; `undefined`: the ledger is empty. */
  head(): Promise<string | undefined>;
  comparePositions(a: string, b: string): number;
  close(): Promise<void>;
}
