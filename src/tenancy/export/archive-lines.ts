import { AppError, ErrorCode } from '../../domain/errors.js';
import type { EventDefinition } from '../../domain/event.js';
import { eventDefinitions } from '../../domain/events.js';
import { keyIdOf, UnreadableEvent } from '../../ledger/codec/codec.js';
import type { EventFiles } from '../../ledger/event-files.js';
import type { StoredEvent } from '../../ledger/event-store.js';
import type { KeyOwner } from '../../ledger/keys/key-store.js';
import type { Ledger, LedgerRecord } from '../../ledger/ledger.js';
import { ARCHIVE_FORMAT, ARCHIVE_VERSION, type ArchivedEvent, ArchiveHash } from './archive-file.js';
import { ArchiveScope } from './archive-scope.js';
import { fileParts } from './file-parts.js';

export interface ArchiveLinesOptions {
  readonly ledger: Ledger;
  /** Those that are put beside the events that name them. */
  readonly files: EventFiles;
  readonly subject: KeyOwner;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly signal: AbortSignal;
  /** What of the subject is in it so far. */
  readonly onProgress?: (counts: ArchiveCounts) => void;
}

export interface ArchiveCounts {
  readonly events: number;
  /** Those that are in it as a whole, and those that couldn't be read. */
  readonly files: number;
  readonly lostFiles: number;
}

export interface ArchiveLine {
  /** With its end. */
  readonly text: string;
  /** The key that protects what is personal in it; `null`: nothing is, or it's erased. */
  readonly keyId: string | null;
}

/**
 * Everything about a subject, as the ledger has it at the beginning, and the files that its events name. It reads the whole
 * ledger once: what is about somebody may be in anybody's stream. Throws `NEEDS_UPGRADE` for an event of a newer version,
 * `UNAVAILABLE` when the ledger or the object store is away, and the signal's reason.
 */
export async function* archiveLines({
  ledger,
  files,
  subject,
  madeAt,
  signal,
  onProgress,
}: ArchiveLinesOptions): AsyncIterable<ArchiveLine> {
  const { store, codec } = ledger;
  const head = await store.head();
  const hash = new ArchiveHash();
  const { kind, subjectId, tenantId } = subject;
  const header = { format: ARCHIVE_FORMAT, version: ARCHIVE_VERSION, kind, subjectId, tenantId, madeAt };
  yield plain(hash.take(`${JSON.stringify({ ...header, position: head ?? null })}\n`));
  const scope = new ArchiveScope(subject);
  const isWithin = ({ position }: StoredEvent) =>
    head !== undefined && store.comparePositions(position, head) <= 0;
  let counts: ArchiveCounts = { events: 0, files: 0, lostFiles: 0 };
  for await (const batch of store.readAll({ signal })) {
    const own = batch.events.filter((event) => isWithin(event) && scope.has(event));
    for (const [at, decoded] of (await codec.decode(own)).entries()) {
      const record = readable(decoded);
      yield { text: hash.checkedLine(archived(record)), keyId: protectingKey(record, own[at]) };
      counts = { ...counts, events: counts.events + 1 };
      const file = files(record);
      if (!file) continue;
      let isLost = false;
      for await (const { part, keyId } of fileParts(record, file)) {
        signal.throwIfAborted();
        isLost = part.data === null;
        yield { text: hash.checkedLine(part), keyId };
      }
      counts = isLost
        ? { ...counts, lostFiles: counts.lostFiles + 1 }
        : { ...counts, files: counts.files + 1 };
    }
    onProgress?.(counts);
    if (!batch.events.every(isWithin)) break;
  }
  signal.throwIfAborted();
  yield plain(`${JSON.stringify({ ...counts, sha256: hash.sha256() })}\n`);
}

const plain = (text: string): ArchiveLine => ({ text, keyId: null });

const definitionOf = (type: string): EventDefinition | undefined =>
  (eventDefinitions as Readonly<Record<string, EventDefinition>>)[type];

/** An event type that isn't known here is shown without its personal fields: an archive would lack them. */
const readable = (decoded: LedgerRecord | UnreadableEvent): LedgerRecord => {
  if (decoded instanceof UnreadableEvent) throw decoded.error;
  if (definitionOf(decoded.type)) return decoded;
  throw new AppError(
    ErrorCode.NEEDS_UPGRADE,
    `${decoded.type} at ${decoded.stream}, revision ${decoded.revision}, was written by a newer version: upgrade this one.`,
    { stream: decoded.stream, revision: decoded.revision, type: decoded.type },
  );
};

const archived = (record: LedgerRecord): ArchivedEvent => ({
  stream: record.stream,
  revision: record.revision,
  position: record.position,
  id: record.id,
  type: record.type,
  // Upcast when it was read.
  schemaVersion: definitionOf(record.type)?.version ?? record.schemaVersion,
  storedAt: record.createdAt,
  metadata: record.metadata,
  data: shown(record),
});

/** A password's hash is a secret, and nobody's to read. */
const shown = ({ type, data }: LedgerRecord): Record<string, unknown> =>
  type === 'UserRegistered' ? { ...data, passwordHash: undefined } : { ...data };

const protectingKey = (record: LedgerRecord, stored: StoredEvent | undefined): string | null => {
  const fields: Readonly<Record<string, unknown>> = record.data;
  const names = definitionOf(record.type)?.personalFields ?? [];
  const isPersonal = names.some((name) => fields[name] !== undefined && fields[name] !== null);
  return isPersonal && stored ? keyIdOf(stored) : null;
};
