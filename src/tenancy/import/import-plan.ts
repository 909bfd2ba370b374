import { AppError, ErrorCode } from '../../domain/errors.js';
import type { EventDefinition } from '../../domain/event.js';
import { eventDefinitions, type LedgerEvent } from '../../domain/events.js';
import { parseStreamName, SYSTEM_TENANT, tenantStream } from '../../domain/stream.js';
import { type Codec, UnreadableEvent } from '../../ledger/codec/codec.js';
import type { Pseudonyms } from '../../ledger/keys/pseudonyms.js';
import type { LedgerRecord } from '../../ledger/ledger.js';
import type { ArchivedEvent, ArchiveHeader } from '../export/archive-file.js';
import type { RecordOf } from '../workflows/workflow.js';
import { ContactIds } from './contact-ids.js';
import { readArchive } from './read-archive.js';

/** A number that the tenant has alone. */
export interface ImportedNumber {
  /** In E.164. */
  readonly number: string;
  readonly ownerStream: string;
}

export interface ErasedCall {
  readonly stream: string;
  /** Where the file is from. */
  readonly contactId: string;
}

/** What is known of a file once it was read through: it's whole, and can be imported by this program. */
export interface ImportPlan {
  readonly tenantId: string;
  readonly events: number;
  /** How many events each stream has. */
  readonly lengths: ReadonlyMap<string, number>;
  /** The id of the tenant's first event: another one is another tenant's. */
  readonly tenantEventId: string;
  readonly contacts: ContactIds;
  readonly erasures: readonly RecordOf<'SubjectErased'>[];
  /** Calls of which nothing can be read in the file. */
  readonly erasedCalls: readonly ErasedCall[];
  readonly numbers: readonly ImportedNumber[];
}

export interface PlanOptions {
  readonly codec: Codec<LedgerEvent>;
  readonly pseudonyms: Pseudonyms;
}

/**
 * An event as this version writes it. Throws `NEEDS_UPGRADE` for a newer one and `BAD_USER_INPUT` for one that can't be read,
 * naming its line.
 */
export const importedEvent = async (
  codec: Codec<LedgerEvent>,
  { storedAt, data, ...event }: ArchivedEvent,
  lineNumber: number,
): Promise<LedgerRecord> => {
  const known = (eventDefinitions as Readonly<Record<string, EventDefinition>>)[event.type];
  if (!known || event.schemaVersion > known.version) {
    throw new AppError(
      ErrorCode.NEEDS_UPGRADE,
      `Line ${lineNumber} has ${event.type}, version ${event.schemaVersion}, which is newer than this program: upgrade it.`,
    );
  }
  const stored = { ...event, createdAt: storedAt, data: JSON.stringify(data) };
  const [decoded] = await codec.decode([stored as Parameters<typeof codec.decode>[0][number]]);
  if (decoded && !(decoded instanceof UnreadableEvent)) return decoded;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `Line ${lineNumber} can't be imported: ${decoded?.error.message}`,
  );
};

/** A call's first event. */
export const isCall = (
  event: LedgerEvent,
): event is Extract<LedgerEvent, { type: 'CallReceived' | 'CallRejected' }> =>
  event.type === 'CallReceived' || event.type === 'CallRejected';

/** Reads a whole file, and needs no ledger for it. Throws what `readArchive` throws, and `BAD_USER_INPUT` for what is no tenant. */
export const refuseDamaged = (lines: AsyncIterable<string>): Promise<void> =>
  readArchive(lines, {
    header: async (header) => requireTenant(header),
    event: async () => undefined,
    filePart: async () => undefined,
  });

const requireTenant = ({ kind }: ArchiveHeader): void => {
  if (kind === 'tenant') return;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `Line 1: this is the export of a ${kind}; only a whole tenant's can be imported.`,
  );
};

/** Reads a whole file, and writes nothing. Throws what `readArchive` and `importedEvent` throw. */
export const planImport = async (lines: AsyncIterable<string>, options: PlanOptions): Promise<ImportPlan> => {
  let planned: PlannedTenant | undefined;
  await readArchive(lines, {
    header: async (header) => {
      planned = new PlannedTenant(header, options);
    },
    event: async (event, lineNumber) => planned?.add(event, lineNumber),
    filePart: async () => undefined,
  });
  if (!planned) throw new AppError(ErrorCode.BAD_USER_INPUT, 'The file is empty.');
  return planned.plan();
};

class PlannedTenant {
  readonly #tenantId: string;
  readonly #codec: Codec<LedgerEvent>;
  readonly #contacts: ContactIds;
  readonly #lengths = new Map<string, number>();
  readonly #erasures: RecordOf<'SubjectErased'>[] = [];
  readonly #erasedCalls: ErasedCall[] = [];
  readonly #numbers: ImportedNumber[] = [];
  #events = 0;
  #tenantEventId: string | undefined;

  constructor(header: ArchiveHeader, { codec, pseudonyms }: PlanOptions) {
    requireTenant(header);
    const { subjectId } = header;
    this.#tenantId = subjectId;
    this.#codec = codec;
    this.#contacts = new ContactIds(subjectId, pseudonyms);
  }

  async add(event: ArchivedEvent, lineNumber: number): Promise<void> {
    const { tenantId } = parseStreamName(event.stream);
    // Reservations: they are made anew.
    if (tenantId === SYSTEM_TENANT) return;
    const length = this.#lengths.get(event.stream) ?? 0;
    if (tenantId !== this.#tenantId || event.metadata.tenantId !== tenantId || event.revision !== length) {
      throw new AppError(
        ErrorCode.BAD_USER_INPUT,
        `Line ${lineNumber} doesn't belong here: it is revision ${event.revision} of ${event.stream}.`,
      );
    }
    this.#lengths.set(event.stream, length + 1);
    this.#events++;
    this.#learn(await importedEvent(this.#codec, event, lineNumber));
  }

  plan(): ImportPlan {
    if (this.#tenantEventId === undefined) {
      throw new AppError(ErrorCode.BAD_USER_INPUT, `The file doesn't say how ${this.#tenantId} was made.`);
    }
    return {
      tenantId: this.#tenantId,
      events: this.#events,
      lengths: this.#lengths,
      tenantEventId: this.#tenantEventId,
      contacts: this.#contacts,
      erasures: this.#erasures,
      erasedCalls: this.#erasedCalls,
      numbers: this.#numbers,
    };
  }

  #learn(record: LedgerRecord): void {
    this.#contacts.learn(record);
    if (record.stream === tenantStream(this.#tenantId)) this.#tenantEventId ??= record.id;
    if (isCall(record) && record.data.from === null) {
      this.#erasedCalls.push({ stream: record.stream, contactId: record.data.contactId });
    }
    if (record.type === 'SubjectErased') this.#erasures.push(record);
    if (record.type === 'PhoneNumberAdded' && record.data.number !== null) {
      this.#numbers.push({ number: record.data.number, ownerStream: record.stream });
    }
  }
}
