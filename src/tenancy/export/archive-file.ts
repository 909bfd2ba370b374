import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import { subjectKinds } from '../../domain/erasure/events.js';
import { actorTypes } from '../../domain/event.js';
import { fileKinds, lostStates } from '../../ledger/event-files.js';

export const ARCHIVE_FORMAT = 'ledgerline-export';
/** Version 1 had no files. */
export const ARCHIVE_VERSION = 2;

/** The first line. `tenantId`: where the subject is; `position`: the ledger's end when it was made. */
export const headerSchema = z.strictObject({
  format: z.literal(ARCHIVE_FORMAT),
  version: z.int().min(1),
  kind: z.enum(subjectKinds),
  subjectId: z.string(),
  tenantId: z.string(),
  madeAt: z.iso.datetime(),
  position: z.string().nullable(),
});

export type ArchiveHeader = Readonly<z.infer<typeof headerSchema>>;

/** An event, its fields in the clear: what is erased is `null`. `storedAt` is by the clock of the ledger that it's from. */
export const archivedEventSchema = z.strictObject({
  stream: z.string(),
  revision: z.int().min(0),
  position: z.string(),
  id: z.string(),
  type: z.string(),
  schemaVersion: z.int().min(1),
  storedAt: z.iso.datetime(),
  metadata: z.strictObject({
    $correlationId: z.string(),
    $causationId: z.string(),
    tenantId: z.string(),
    actor: z.strictObject({ type: z.enum(actorTypes), id: z.string() }),
    occurredAt: z.iso.datetime(),
    traceparent: z.string().optional(),
  }),
  data: z.record(z.string(), z.unknown()),
});

export type ArchivedEvent = Readonly<z.infer<typeof archivedEventSchema>>;

/**
 * A piece of the file that the event before it names, in the clear. All but the last are of a length that is a multiple of
 * three: their `data` put together is the file's.
 */
export const filePartSchema = z.strictObject({
  stream: z.string(),
  /** The event's. */
  revision: z.int().min(0),
  file: z.enum(fileKinds),
  mediaType: z.string(),
  /** From 1 on, of so many. Both are 0 where nothing of it could be read. */
  part: z.int().min(0),
  parts: z.int().min(0),
  data: z.base64().nullable(),
  /** Why `data` is `null`, and nothing follows. */
  lost: z.enum(lostStates).optional(),
});
export type ArchivedFilePart = Readonly<z.infer<typeof filePartSchema>>;

/**
 * The last line: without it, the archive was cut. `files`: those that are whole; `lostFiles`: those that aren't. `sha256`: of
 * all that is before it.
 */
export const trailerSchema = z.strictObject({
  events: z.int().min(0),
  files: z.int().min(0).default(0),
  lostFiles: z.int().min(0).default(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type ArchiveTrailer = Readonly<z.infer<typeof trailerSchema>>;

/** In hexadecimal: enough to notice what changed by accident, and where. */
const CHECK_CHARS = 16;
const CHECKED_LINE = /^(.*),"check":"([0-9a-f]{16})"\}$/s;

/** The hash of an archive's lines as they go by, when it's written as when it's read. */
export class ArchiveHash {
  readonly #hash: Hash = createHash('sha256');

  /** A line with the beginning of the hash of all up to it: so it's known which line was changed. */
  checkedLine(line: ArchivedEvent | ArchivedFilePart): string {
    const content = JSON.stringify(line);
    return this.take(`${content.slice(0, -1)},"check":"${this.#checkOf(content)}"}\n`);
  }

  /** Any line, with its end. Returns it. */
  take(line: string): string {
    this.#hash.update(line);
    return line;
  }

  /** The content of such a line, without its end; `null` for a line that isn't as it was written, or not in its place. */
  contentOf(line: string): string | null {
    const [, content, check] = CHECKED_LINE.exec(line) ?? [];
    if (content === undefined || check !== this.#checkOf(`${content}}`)) return null;
    return `${content}}`;
  }

  /** Of all lines so far, in hexadecimal. */
  sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  #checkOf(content: string): string {
    return this.#hash.copy().update(content).digest('hex').slice(0, CHECK_CHARS);
  }
}
