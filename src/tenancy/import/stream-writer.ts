import { randomUUID } from 'node:crypto';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { LedgerEvent } from '../../domain/events.js';
import { parseStreamName } from '../../domain/stream.js';
import type { EncodedEvent } from '../../ledger/event-store.js';
import type { DataKey } from '../../ledger/keys/key-ring.js';
import type { Pseudonyms } from '../../ledger/keys/pseudonyms.js';
import type { Ledger, LedgerRecord } from '../../ledger/ledger.js';
import { reservationOf, reserve } from '../../ledger/reserve.js';
import type { ContactIds } from './contact-ids.js';

export interface ImportOptions {
  readonly ledger: Ledger;
  readonly pseudonyms: Pseudonyms;
}

/** An append's limit is 1 MiB, and encryption makes a third more of what it takes. */
const APPEND_BYTES = 500_000;

/** Writes one of a moved tenant's streams; what is there of it already, from an import that was interrupted, stays. */
export class StreamWriter {
  readonly #options: ImportOptions;
  readonly #contacts: ContactIds;
  readonly #stream: string;
  readonly #records: LedgerRecord[] = [];
  #key: DataKey | undefined;
  #contactId: string | undefined;

  /** `stream`: its name in the file. */
  constructor(options: ImportOptions, contacts: ContactIds, stream: string) {
    this.#options = options;
    this.#contacts = contacts;
    this.#stream = contacts.streamOf(stream);
  }

  /** In the stream's order. */
  add(record: LedgerRecord): void {
    if (record.type === 'CallReceived' || record.type === 'CallRejected') {
      this.#contactId = this.#contacts.of(record.data.contactId);
    }
    this.#records.push(record);
  }

  /**
   * Appends the whole stream. Returns how many events weren't there. Throws `CONFLICT` where something else is there, and
   * what `reserve` throws for a number that is another's.
   */
  async write(): Promise<number> {
    const there = await this.#options.ledger.store.readStream(this.#stream);
    for (const [revision, { id }] of this.#records.slice(0, there.length).entries()) {
      if (there[revision]?.id === id) continue;
      throw new AppError(
        ErrorCode.CONFLICT,
        `${this.#stream} has something else at revision ${revision} already: the tenant can't be imported here.`,
      );
    }
    const missing = this.#records.slice(there.length);
    for (const records of appendsOf(missing)) await this.#append(records);
    return missing.length;
  }

  async #append(records: readonly LedgerRecord[]): Promise<void> {
    const { ledger } = this.#options;
    const encoded: EncodedEvent[] = [];
    for (const record of records) {
      const event = await this.#rewritten(record);
      const key = ledger.codec.hasPersonalFields(event.type) ? await this.#dataKey() : undefined;
      encoded.push(ledger.codec.encodeAgain(record.id, event, record.metadata, key));
    }
    const { revision = 0 } = records[0] ?? {};
    await ledger.appendEncoded(this.#stream, encoded, revision === 0 ? 'none' : revision - 1);
  }

  /** A call's is beneath its contact's. What is erased already gets one that opens nothing. */
  async #dataKey(): Promise<DataKey> {
    const { keys } = this.#options.ledger;
    const { category, tenantId, id } = parseStreamName(this.#stream);
    this.#key ??=
      category === 'call' && this.#contactId !== undefined
        ? await keys.createCallKey(tenantId, this.#contactId, id)
        : await keys.tenantKey(tenantId);
    return this.#key;
  }

  async #rewritten(record: LedgerRecord): Promise<LedgerEvent> {
    const event = this.#contacts.rewrite(record);
    if (event.type !== 'PhoneNumberAdded') return event;
    const { reservation: _, ...data } = event.data;
    if (data.number === null) return { ...event, data };
    return { ...event, data: { ...data, reservation: await this.#reserve(record, data.number) } };
  }

  /** Here reservations have other names. Returns its stream. */
  async #reserve({ metadata }: LedgerRecord, number: string): Promise<string> {
    const value = { kind: 'number', value: number } as const;
    const owner = { ownerStream: this.#stream, what: `The number ${number}`, field: 'phoneNumber' };
    await reserve(
      this.#options,
      { ...value, ...owner },
      {
        commandId: randomUUID(),
        correlationId: metadata.$correlationId,
        actor: { type: 'platform', id: 'import' },
        occurredAt: new Date().toISOString(),
      },
    );
    return reservationOf(this.#options, value);
  }
}

/** What fits into one append each; an event that is larger alone was stored so before. */
function* appendsOf(records: readonly LedgerRecord[]): Iterable<readonly LedgerRecord[]> {
  let append: LedgerRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify([record.data, record.metadata]));
    if (append.length > 0 && bytes + size > APPEND_BYTES) {
      yield append;
      append = [];
      bytes = 0;
    }
    append.push(record);
    bytes += size;
  }
  if (append.length > 0) yield append;
}
