import { z } from 'zod';
import { AppError, ErrorCode } from '../../domain/errors.js';
import type { StoredArchive } from '../../domain/export/events.js';
import type { EventFiles } from '../../ledger/event-files.js';
import type { KeyOwner } from '../../ledger/keys/key-store.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { ObjectStore } from '../../objects/object-store.js';
import { type ArchiveCounts, archiveLines } from './archive-lines.js';
import {
  type ArchivePart,
  archiveFolder,
  openPart,
  partSchema,
  sealParts,
  sha256Of,
} from './archive-parts.js';

/** Keys looked up at once. */
const KEYS_AT_ONCE = 1_000;

/** Somebody in it was erased since. */
export const ERASED = 'erased';
/** The object store hasn't got it: the tenant was moved here without its files. */
export const MISSING = 'missing';

const listSchema = z.strictObject({ format: z.literal(1), parts: z.array(partSchema) });

export interface ArchiveStoreOptions {
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
}

export interface ArchiveMakerOptions extends ArchiveStoreOptions {
  readonly files: EventFiles;
}

/** Makes a subject's archive and stores it, encrypted. Throws what `archiveLines` and `sealParts` throw. */
export const storeArchive = async (
  { ledger, objects, files }: ArchiveMakerOptions,
  {
    stream,
    subject,
    madeAt,
  }: { readonly stream: string; readonly subject: KeyOwner; readonly madeAt: string },
  signal: AbortSignal,
): Promise<StoredArchive> => {
  const { id: plainKeyId } = await ledger.keys.tenantKey(subject.tenantId);
  let events = 0;
  const onProgress = (counts: ArchiveCounts) => {
    events = counts.events;
  };
  const lines = archiveLines({ ledger, files, subject, madeAt, signal, onProgress });
  const parts: ArchivePart[] = [];
  const sealing = sealParts({ objects, keys: ledger.keys, stream, plainKeyId, lines });
  for await (const part of sealing) parts.push(part);
  const content = Buffer.from(JSON.stringify({ format: 1, parts }));
  const sha256 = sha256Of(content);
  const object = `${archiveFolder(stream)}/parts-${sha256.slice(0, 16)}.json`;
  await objects.put(object, content);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  return { object, sha256, bytes, events };
};

/** An archive that can be read, whole or in part. */
export class OpenArchive {
  constructor(
    private readonly options: ArchiveStoreOptions,
    private readonly stream: string,
    private readonly parts: readonly ArchivePart[],
    readonly bytes: number,
  ) {}

  /** The bytes from `start` up to `end` (exclusive). Throws what `openPart` throws. */
  async *content(start: number, end: number): AsyncIterable<Buffer> {
    const { objects, ledger } = this.options;
    let offset = 0;
    for (const [index, part] of this.parts.entries()) {
      const isWanted = offset < end && offset + part.bytes > start;
      if (!isWanted) {
        offset += part.bytes;
        continue;
      }
      const from = { objects, keys: ledger.keys, stream: this.stream };
      for await (const frame of openPart(from, part, index)) {
        const wanted = frame.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
        offset += frame.length;
        if (wanted.length > 0) yield wanted;
      }
    }
  }
}

/** Throws `INTERNAL` for an object that isn't what was stored, and `UNAVAILABLE` when it can't be read. */
export const openArchive = async (
  options: ArchiveStoreOptions,
  stream: string,
  { object, sha256, bytes }: StoredArchive,
): Promise<OpenArchive | typeof ERASED | typeof MISSING> => {
  const content = await options.objects.get(object);
  if (!content) return MISSING;
  if (sha256Of(content) !== sha256) {
    throw new AppError(ErrorCode.INTERNAL, `The object ${object} was changed.`, { object });
  }
  const { parts } = listSchema.parse(JSON.parse(content.toString('utf8')));
  const isWhole = await areOpened(options.ledger, [...new Set(parts.flatMap(({ keys }) => keys))]);
  return isWhole ? new OpenArchive(options, stream, parts, bytes) : ERASED;
};

const areOpened = async ({ keys }: Ledger, keyIds: readonly string[]): Promise<boolean> => {
  for (let at = 0; at < keyIds.length; at += KEYS_AT_ONCE) {
    const some = keyIds.slice(at, at + KEYS_AT_ONCE);
    const loaded = await keys.load(some);
    if (!some.every((keyId) => loaded.opened(keyId))) return false;
  }
  return true;
};
