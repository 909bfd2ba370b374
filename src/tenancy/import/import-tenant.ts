import { AppError, ErrorCode } from '../../domain/errors.js';
import { parseStreamName, SYSTEM_TENANT, tenantStream } from '../../domain/stream.js';
import { ownerOf } from '../../ledger/reserve.js';
import { type ImportPlan, importedEvent, planImport } from './import-plan.js';
import { readArchive } from './read-archive.js';
import { type ImportOptions, StreamWriter } from './stream-writer.js';

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
}

/**
 * Imports a whole tenant from an export, stream by stream: a stream is written once its last event was read, so that no
 * process takes a call for one that goes on. Interrupted, it's finished by doing it again. Throws `ALREADY_EXISTS` for a
 * tenant that is here or a number that is another's, `BAD_USER_INPUT` for a file that isn't whole, `NEEDS_UPGRADE` for a newer
 * one, and the signal's reason.
 */
export const importTenant = async (options: ImportTenantOptions): Promise<ImportedTenant> => {
  const { ledger, pseudonyms, lines, signal, onProgress } = options;
  const plan = await planImport(interruptible(lines(), signal), { codec: ledger.codec, pseudonyms });
  await refuseOthers(options, plan);
  await destroyErased(options, plan);
  const writers = new Map<string, StreamWriter>();
  const left = new Map(plan.lengths);
  let done = 0;
  let added = 0;
  await readArchive(interruptible(lines(), signal), {
    header: async () => undefined,
    event: async (event, lineNumber) => {
      const { stream } = event;
      if (parseStreamName(stream).tenantId === SYSTEM_TENANT) return;
      const writer = writers.get(stream) ?? new StreamWriter(options, plan.contacts, stream);
      writers.set(stream, writer);
      writer.add(await importedEvent(ledger.codec, event, lineNumber));
      const missing = (left.get(stream) ?? 0) - 1;
      left.set(stream, missing);
      if (missing === 0) {
        added += await writer.write();
        writers.delete(stream);
      }
      if (++done % PROGRESS_EVENTS === 0) onProgress(done, plan.events);
    },
  });
  const { tenantId, events } = plan;
  if (added > 0) return { tenantId, events, added };
  throw new AppError(
    ErrorCode.ALREADY_EXISTS,
    `The tenant ${tenantId} is here already, with all of the file: there is nothing to import.`,
  );
};

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

/**
 * Keys that were destroyed are so here before anything is encrypted: what is erased can't be opened, and whoever came back
 * since has the same generation of keys as where it came from.
 */
const destroyErased = async (
  { ledger }: ImportOptions,
  { tenantId, contacts, erasures }: ImportPlan,
): Promise<void> => {
  for (const { kind, subjectId, generation } of erasures) {
    await ledger.keys.destroy({ tenantId, kind, subjectId: contacts.of(subjectId) }, generation);
  }
};
