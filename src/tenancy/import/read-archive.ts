import type { z } from 'zod';
import { AppError, ErrorCode } from '../../domain/errors.js';
import {
  ARCHIVE_FORMAT,
  ARCHIVE_VERSION,
  type ArchivedEvent,
  type ArchivedFilePart,
  ArchiveHash,
  type ArchiveHeader,
  archivedEventSchema,
  filePartSchema,
  headerSchema,
  trailerSchema,
} from '../export/archive-file.js';

export interface ArchiveVisitor {
  header(header: ArchiveHeader): Promise<void>;
  /** `lineNumber`: 1 is the header's. */
  event(event: ArchivedEvent, lineNumber: number): Promise<void>;
  /** Of the file that the event before it names: the parts come in their order. */
  filePart(part: ArchivedFilePart): Promise<void>;
}

/**
 * Reads an archive line by line and checks that it's whole and as it was written. Throws `BAD_USER_INPUT` with the number of
 * the first line that isn't, also after events were visited: visit twice, and act the second time. `NEEDS_UPGRADE`: a newer
 * format.
 */
export const readArchive = async (lines: AsyncIterable<string>, visitor: ArchiveVisitor): Promise<void> => {
  const reader = new ArchiveReader(visitor);
  for await (const line of lines) await reader.read(line);
  reader.end();
};

class ArchiveReader {
  readonly #visitor: ArchiveVisitor;
  readonly #hash = new ArchiveHash();
  #lineNumber = 0;
  #events = 0;
  #before: ArchivedEvent | ArchivedFilePart | null = null;
  #isWhole = false;

  constructor(visitor: ArchiveVisitor) {
    this.#visitor = visitor;
  }

  async read(line: string): Promise<void> {
    this.#lineNumber++;
    if (this.#lineNumber === 1) await this.#visitor.header(headerOf(line));
    else await this.#readNext(line);
    this.#hash.take(`${line}\n`);
  }

  end(): void {
    if (this.#isWhole) return;
    throw refused(`The file ends after line ${this.#lineNumber}, without its last line: it was cut.`);
  }

  async #readNext(line: string): Promise<void> {
    if (this.#isWhole) {
      throw refused(`Line ${this.#lineNumber} is after the archive's last line: something was added.`);
    }
    const content = contentOf(this.#hash, line);
    if (!content) {
      this.#isWhole = this.#isTrailer(line);
      if (this.#isWhole) return;
      const problem = `Line ${this.#lineNumber} isn't as it was exported, or not in its place`;
      throw refused(`${problem}: take the file as it was.`);
    }
    if ('file' in content) await this.#readPart(content);
    else {
      this.#events++;
      await this.#visitor.event(content, this.#lineNumber);
    }
    this.#before = content;
  }

  async #readPart(part: ArchivedFilePart): Promise<void> {
    if (!isNext(part, this.#before)) {
      const what = `part ${part.part} of the ${part.file} of ${part.stream}`;
      throw refused(`Line ${this.#lineNumber} doesn't belong here: it is ${what}.`);
    }
    await this.#visitor.filePart(part);
  }

  #isTrailer(line: string): boolean {
    const trailer = parsed(trailerSchema, jsonOf(line));
    return trailer?.sha256 === this.#hash.sha256() && trailer.events === this.#events;
  }
}

const headerOf = (line: string): ArchiveHeader => {
  const content = jsonOf(line);
  const { format, version } = (content ?? {}) as { readonly format?: unknown; readonly version?: unknown };
  if (format === ARCHIVE_FORMAT && typeof version === 'number' && version > ARCHIVE_VERSION) {
    throw new AppError(
      ErrorCode.NEEDS_UPGRADE,
      `The file has version ${version} of the format; this program knows ${ARCHIVE_VERSION}: upgrade it.`,
    );
  }
  const header = headerSchema.safeParse(content);
  if (header.success) return header.data;
  throw refused(
    'Line 1 isn\'t the beginning of an export: give a file that "ledgerline tenants export" wrote.',
  );
};

const contentOf = (hash: ArchiveHash, line: string): ArchivedEvent | ArchivedFilePart | null => {
  const content = hash.contentOf(line);
  const value = content === null ? undefined : jsonOf(content);
  return parsed(archivedEventSchema, value) ?? parsed(filePartSchema, value);
};

/** Whether a part is the one that comes after an event or another part. */
const isNext = (
  { stream, revision, file, part, parts }: ArchivedFilePart,
  before: ArchivedEvent | ArchivedFilePart | null,
): boolean => {
  if (before?.stream !== stream || before.revision !== revision) return false;
  if (!('file' in before)) return part === Math.min(parts, 1);
  return before.file === file && before.data !== null && part === before.part + 1 && part <= parts;
};

const parsed = <T>(schema: z.ZodType<T>, value: unknown): T | null => schema.safeParse(value).data ?? null;

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const refused = (message: string): AppError => new AppError(ErrorCode.BAD_USER_INPUT, message);
