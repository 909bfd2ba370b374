import { randomUUID } from 'node:crypto';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { LedgerEvent } from '../../domain/events.js';
import { parseStreamName } from '../../domain/stream.js';
import type { EventFiles, FileWriter } from '../../ledger/event-files.js';
import type { EncodedEvent, StoredEvent } from '../../ledger/event-store.js';
import type { DataKey } from '../../ledger/keys/key-ring.js';
import type { Pseudonyms } from '../../ledger/keys/pseudonyms.js';
import type { Ledger, LedgerRecord } from '../../ledger/ledger.js';
import { reservationOf, reserve } from '../../ledger/reserve.js';
import type { ErasureCopies } from '../erasure-copies.js';
import type { ArchivedFilePart } from '../export/archive-file.js';
import type { ContactIds } from './contact-ids.js';
import type { ErasedHere } from './erased-here.js';

export interface ImportOptions {
  readonly ledger: Ledger;
  readonly pseudonyms: Pseudonyms;
  /** Where the files go that come along. */
  readonly files: EventFiles;
  readonly copies: ErasureCopies;
}

export interface StreamWriterOptions extends ImportOptions {
  readonly erasedHere: ErasedHere;
}

/** An append's limit is 1 MiB, and encryption makes a third more of what it takes. */
const APPEND_BYTES = 500_000;

/** Writes one of a moved tenant's streams; what is there of it already, from an import that was interrupted, stays. */
export class StreamWriter {
  readonly #options: StreamWriterOptions;
  readonly #contacts: ContactIds;
  /** Its name in the file. */
  readonly source: string;
  readonly #stream: string;
  readonly #records: LedgerRecord[] = [];
  /** By revision, events as they name files that are stored here. */
  readonly #filed = new Map<number, LedgerEvent>();
  #file: FileWriter | null = null;
  #there: readonly StoredEvent[] | undefined;
  #key: DataKey | undefined;
  #contactId: string | undefined;

  /** `stream`: its name in the file. */
  constructor(options: StreamWriterOptions, contacts: ContactIds, stream: string) {
    this.#options = options;
    this.#contacts = contacts;
    this.source = stream;
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
   * A part of the newest event's file. `true`: it was the last one, and the file is stored. One that is there since an
   * interrupted import stays; one that is lost in the archive is named by its event, and missing here.
   */
  async addFilePart({ part, parts, data }: ArchivedFilePart): Promise<boolean> {
    const record = this.#records.at(-1);
    if (data === null || !record || record.revision < (await this.#readThere()).length) return false;
    if (part === 1) this.#file = this.#options.files(record)?.write(await this.#dataKey()) ?? null;
    await this.#file?.add(Buffer.from(data, 'base64'));
    if (!this.#file || part < parts) return false;
    this.#filed.set(record.revision, await this.#file.end());
    this.#file = null;
    return true;
  }

  /**
   * Appends the whole stream. Returns how many events weren't there. Throws `CONFLICT` where something else is there, and
   * what `reserve` throws for a number that is another's.
   */
  async write(): Promise<number> {
    const there = await this.#readThere();
    for (const [revision, record] of this.#records.slice(0, there.length).entries()) {
      if (isSame(there[revision], record)) continue;
      throw new AppError(
        ErrorCode.CONFLICT,
        `${this.#stream} has something else at revision ${revision} already: the tenant can't be imported here.`,
      );
    }
    const missing = this.#records.slice(there.length);
    for (const records of appendsOf(missing)) await this.#append(records);
    return missing.length;
  }

  /** What is there of it since an import that was interrupted. */
  async #readThere(): Promise<readonly StoredEvent[]> {
    this.#there ??= await this.#options.ledger.store.readStream(this.#stream);
    return this.#there;
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

  async #dataKey(): Promise<DataKey> {
    const { tenantId } = parseStreamName(this.#stream);
    this.#key ??=
      this.#contactId === undefined
        ? await this.#options.ledger.keys.tenantKey(tenantId)
        : await this.#callKey(this.#contactId);
    return this.#key;
  }

  /**
   * Beneath its contact's. What is erased already gets one that opens nothing, and so does what a contact said before it
   * was erased here: that it wasn't here yet is nothing to whom it's about. That is looked at once the key is there, so
   * that an erasure in the same moment either is seen, or takes the key along.
   */
  async #callKey(contactId: string): Promise<DataKey> {
    const { ledger, erasedHere } = this.#options;
    const { tenantId, id } = parseStreamName(this.#stream);
    const key = await ledger.keys.createCallKey(tenantId, contactId, id);
    const [first] = this.#records;
    if (!first || !(await erasedHere.isErased(contactId, first.metadata.occurredAt))) return key;
    await ledger.keys.destroy({ tenantId, kind: 'call', subjectId: id }, 1);
    return ledger.keys.createCallKey(tenantId, contactId, id);
  }

  async #rewritten(record: LedgerRecord): Promise<LedgerEvent> {
    const event = this.#contacts.rewrite(this.#filed.get(record.revision) ?? record);
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

/** An erasure that was asked for in both installations, or that a restored backup was told of, is the same one. */
const isSame = (there: StoredEvent | undefined, { id, type }: LedgerRecord): boolean =>
  there?.id === id || (type === 'SubjectErased' && there?.type === type);

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
