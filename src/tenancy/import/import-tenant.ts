import { AppError, ErrorCode } from '../../domain/errors.js';
import { parseStreamName, SYSTEM_TENANT, tenantStream } from '../../domain/stream.js';
import { ownerOf } from '../../ledger/reserve.js';
import type { ArchivedEvent, ArchivedFilePart } from '../export/archive-file.js';
import { commandOf } from '../workflows/workflow.js';
import { ErasedHere } from './erased-here.js';
import { type ImportPlan, importedEvent, isCall, planImport } from './import-plan.js';
import { type ArchiveVisitor, readArchive } from './read-archive.js';
import { type ImportOptions, StreamWriter, type StreamWriterOptions } from './stream-writer.js';

const PROGRESS_EVENTS = 200;

export interface ImportTenantOptions extends ImportOptions {
  /** Opens the file anew each time: it's read through before anything is written. */
  readonly lines: () => AsyncIterable<string>;
  readonly signal: AbortSignal;
  /** Events that are there so far, of so many. */
  readonly onProgress: (done: number, of: number) => void;
}

export interface ImportedTenant {
  readonly tenantId: string;
  readonly events: number;
  /** Those of them that weren't there: fewer where an interrupted import was finished. */
  readonly added: number;
  /** Files that weren't there. */
  readonly files: number;
}

/**
 * Imports a whole tenant from an export, stream by stream: a stream is written once its last event was read, so that no
 * process takes a call for one that goes on. Interrupted, it's finished by doing it again. Throws `ALREADY_EXISTS` for a
 * tenant that is here or was erased here, and for a number that is another's, `CONFLICT` where somebody is readable here
 * who is erased in the file, `BAD_USER_INPUT` for a file that isn't whole, `NEEDS_UPGRADE` for a newer one, and the signal's
 * reason.
 */
export const importTenant = async (options: ImportTenantOptions): Promise<ImportedTenant> => {
  const { ledger, pseudonyms, lines, signal } = options;
  const plan = await planImport(interruptible(lines(), signal), { codec: ledger.codec, pseudonyms });
  const erasedHere = new ErasedHere(options.copies, plan.tenantId);
  await refuseOthers(options, plan);
  await refuseErased(erasedHere, plan);
  await refuseReadable(options, plan);
  await destroyErased(options, plan);
  const work = new TenantImport({ ...options, erasedHere }, plan);
  await readArchive(interruptible(lines(), signal), work);
  const imported = await work.end();
  if (imported.added > 0) return imported;
  throw new AppError(
    ErrorCode.ALREADY_EXISTS,
    `The tenant ${plan.tenantId} is here already, with all of the file: there is nothing to import.`,
  );
};

/** Writes while it reads the second time. */
class TenantImport implements ArchiveVisitor {
  readonly #options: ImportTenantOptions & StreamWriterOptions;
  readonly #plan: ImportPlan;
  readonly #writers = new Map<string, StreamWriter>();
  /** How many events of each stream are still to come. */
  readonly #left: Map<string, number>;
  /** The newest event's: its file may follow. */
  #current: StreamWriter | null = null;
  #done = 0;
  #added = 0;
  #files = 0;

  constructor(options: ImportTenantOptions & StreamWriterOptions, plan: ImportPlan) {
    this.#options = options;
    this.#plan = plan;
    this.#left = new Map(plan.lengths);
  }

  async header(): Promise<void> {}

  async event(event: ArchivedEvent, lineNumber: number): Promise<void> {
    await this.#writeWhole();
    const { stream } = event;
    if (parseStreamName(stream).tenantId === SYSTEM_TENANT) return;
    const { ledger, onProgress } = this.#options;
    this.#current = this.#writerOf(stream);
    this.#current.add(await importedEvent(ledger.codec, event, lineNumber));
    this.#left.set(stream, (this.#left.get(stream) ?? 0) - 1);
    if (++this.#done % PROGRESS_EVENTS === 0) onProgress(this.#done, this.#plan.events);
  }

  async filePart(part: ArchivedFilePart): Promise<void> {
    if (await this.#current?.addFilePart(part)) this.#files++;
  }

  async end(): Promise<ImportedTenant> {
    await this.#writeWhole();
    const { tenantId, events } = this.#plan;
    return { tenantId, events, added: this.#added, files: this.#files };
  }

  #writerOf(stream: string): StreamWriter {
    const writer = this.#writers.get(stream) ?? new StreamWriter(this.#options, this.#plan.contacts, stream);
    this.#writers.set(stream, writer);
    return writer;
  }

  /** A stream whose last event was read, and the file of that. */
  async #writeWhole(): Promise<void> {
    const writer = this.#current;
    this.#current = null;
    if (!writer || this.#left.get(writer.source) !== 0) return;
    this.#added += await writer.write();
    this.#writers.delete(writer.source);
  }
}

async function* interruptible(lines: AsyncIterable<string>, signal: AbortSignal): AsyncIterable<string> {
  for await (const line of lines) {
    signal.throwIfAborted();
    yield line;
  }
}

/** Before anything is written. */
const refuseOthers = async (
  { ledger, pseudonyms }: ImportOptions,
  { tenantId, tenantEventId, numbers }: ImportPlan,
): Promise<void> => {
  const [first] = await ledger.store.readStream(tenantStream(tenantId));
  if (first && first.id !== tenantEventId) {
    throw new AppError(
      ErrorCode.ALREADY_EXISTS,
      `There is another tenant ${tenantId} here: it can't be imported.`,
    );
  }
  for (const { number, ownerStream } of numbers) {
    const owner = await ownerOf({ ledger, pseudonyms }, 'number', number);
    if (owner === null || owner === ownerStream) continue;
    throw new AppError(
      ErrorCode.ALREADY_EXISTS,
      `The number ${number} is another tenant's here: nothing was imported.`,
    );
  }
};

/** What it left here is `null` for ever, and what the file has more would be readable beside it. */
const refuseErased = async (erasedHere: ErasedHere, { tenantId, erasures }: ImportPlan): Promise<void> => {
  if (erasures.some(({ data }) => data.kind === 'tenant') || !(await erasedHere.hasTenant())) return;
  throw new AppError(
    ErrorCode.ALREADY_EXISTS,
    `The tenant ${tenantId} was erased here: it can't be imported again.`,
  );
};

/**
 * A contact of which calls are here, of an earlier file, and that was erased since where the file is from: its id there is no
 * longer told by its number, so nobody could be found here to be erased.
 */
const refuseReadable = async (
  { ledger }: ImportOptions,
  { contacts, erasures, erasedCalls }: ImportPlan,
): Promise<void> => {
  const erased = new Set(erasures.flatMap(({ data }) => (data.kind === 'contact' ? [data.subjectId] : [])));
  for (const { stream, contactId } of erasedCalls.filter((call) => erased.has(call.contactId))) {
    const [first] = await ledger.readStream(stream);
    if (!first || !isCall(first) || first.data.from === null) continue;
    if (first.data.contactId === contacts.of(contactId)) continue;
    throw new AppError(
      ErrorCode.CONFLICT,
      `Who made the call ${first.data.callId} was erased where the file is from, and can be read here still: erase contact ${first.data.contactId} here, and import the file again.`,
    );
  }
};

/**
 * Keys that were destroyed are so here before anything is encrypted: what is erased can't be opened, and whoever came back
 * since has the same generation of keys as where it came from. To the object store first, as any erasure: an earlier file
 * may have brought them readable, and so may a backup of the database from then.
 */
const destroyErased = async (
  { ledger, copies }: ImportOptions,
  { tenantId, contacts, erasures }: ImportPlan,
): Promise<void> => {
  for (const erasure of erasures) {
    const { kind, generation } = erasure.data;
    const owner = { tenantId, kind, subjectId: contacts.of(erasure.data.subjectId) };
    await copies.put({ format: 1, ...owner, generation, command: commandOf(erasure) });
    await ledger.keys.destroy(owner, generation);
  }
};
