import { setTimeout } from 'node:timers/promises';
import { ErrorCode, isAppError } from '../domain/errors.js';
import type { Actor, DomainEvent, EventMetadata, RecordedEvent } from '../domain/event.js';
import type { LedgerEvent } from '../domain/events.js';
import { derivedUuid } from '../domain/ids.js';
import { parseStreamName } from '../domain/stream.js';
import { type Codec, type Decoded, UnreadableEvent } from './codec/codec.js';
import type { Appended, EncodedEvent, EventStore, ExpectedRevision, StoredEvent } from './event-store.js';
import type { DataKey, KeyRing } from './keys/key-ring.js';

/** Who appends, why and when. The same `commandId` gives the same event ids: what is sent twice is stored once. */
export interface CommandContext {
  readonly commandId: string;
  readonly correlationId: string;
  readonly actor: Actor;
  /** ISO 8601 in UTC: when it happened. */
  readonly occurredAt: string;
}

export interface DecodedBatch {
  /** Never empty. */
  readonly events: readonly Decoded<LedgerEvent>[];
  readonly atHead: boolean;
}

/** An event as the platform's code sees it. */
export type LedgerRecord = RecordedEvent<LedgerEvent>;

const RETRY_MS = 500;

/** The ledger with its codec: domain events in, domain events out. */
export class Ledger {
  constructor(
    readonly store: EventStore,
    readonly codec: Codec<LedgerEvent>,
    readonly keys: KeyRing,
  ) {}

  /** Throws what `EventStore.append` throws, and `BAD_USER_INPUT` for what a schema refuses. */
  async append(
    stream: string,
    events: readonly LedgerEvent[],
    expectedRevision: ExpectedRevision,
    context: CommandContext,
  ): Promise<Appended> {
    return this.appendEncoded(stream, await this.encode(stream, events, context), expectedRevision);
  }

  /**
   * The bytes to append, with ids derived from the command. They are kept for a retry: encoding again gives other bytes.
   * `key`: where the caller holds the stream's key already.
   */
  async encode(
    stream: string,
    events: readonly LedgerEvent[],
    context: CommandContext,
    key?: DataKey,
  ): Promise<readonly EncodedEvent[]> {
    const { tenantId } = parseStreamName(stream);
    const needsKey = events.some((event) => this.codec.hasPersonalFields(event.type));
    const streamKey = needsKey ? (key ?? (await this.keyOf(stream))) : undefined;
    const metadata: EventMetadata = {
      $correlationId: context.correlationId,
      $causationId: context.commandId,
      tenantId,
      actor: context.actor,
      occurredAt: context.occurredAt,
    };
    return events.map((event, index) =>
      this.codec.encode(derivedUuid(tenantId, context.commandId, stream, index), event, metadata, streamKey),
    );
  }

  /** As `EventStore.append`, which sends it again itself where it may. */
  async appendEncoded(
    stream: string,
    events: readonly EncodedEvent[],
    expectedRevision: ExpectedRevision,
  ): Promise<Appended> {
    return this.store.append(stream, events, {
      expectedRevision,
      tenantId: parseStreamName(stream).tenantId,
    });
  }

  /** The stream's events from a revision on. Throws when one can't be read. */
  async readStream(stream: string, fromRevision = 0): Promise<readonly LedgerRecord[]> {
    return this.decode(await this.store.readStream(stream, { fromRevision }));
  }

  /** What was read from the store. Throws when one of the events can't be read. */
  async decode(stored: readonly StoredEvent[]): Promise<readonly LedgerRecord[]> {
    return (await this.codec.decode(stored)).map(readable);
  }

  /** As `EventStore.readAll`, decoded. */
  async *readAll(
    options: { readonly from?: string; readonly signal?: AbortSignal } = {},
  ): AsyncIterable<DecodedBatch> {
    for await (const { events, atHead } of this.store.readAll(options)) {
      yield { events: await this.codec.decode(events), atHead };
    }
  }

  /** As `EventStore.subscribeAll`, decoded. */
  async *subscribeAll(options: {
    readonly after?: string | undefined;
    readonly signal: AbortSignal;
  }): AsyncIterable<DecodedBatch> {
    for await (const { events, atHead } of this.store.subscribeAll(options)) {
      const decoded = await this.#decodeOnceKeysAreThere(events, options.signal);
      if (decoded) yield { events: decoded, atHead };
    }
  }

  /** A subscription outlives an outage: the keys may be gone for a while, as the store may. */
  async #decodeOnceKeysAreThere(
    events: readonly StoredEvent[],
    signal: AbortSignal,
  ): Promise<readonly Decoded<LedgerEvent>[] | undefined> {
    while (!signal.aborted) {
      try {
        return await this.codec.decode(events);
      } catch (error) {
        if (!isAppError(error, ErrorCode.UNAVAILABLE)) throw error;
        await setTimeout(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  /** The key that encrypts the stream's personal fields: its call's, its user's, else its tenant's. */
  keyOf(stream: string): Promise<DataKey> {
    const { category, tenantId, id } = parseStreamName(stream);
    if (category === 'call') return this.keys.callKey(tenantId, id);
    if (category === 'user') return this.keys.userKey(id);
    return this.keys.tenantKey(tenantId);
  }
}

const readable = <E extends DomainEvent>(decoded: Decoded<E>): RecordedEvent<E> => {
  if (decoded instanceof UnreadableEvent) throw decoded.error;
  return decoded;
};
