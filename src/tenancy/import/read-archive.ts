import type { z } from 'zod';
import { AppError, ErrorCode } from '../../domain/errors.js';
import {
  ARCHIVE_FORMAT,
  ARCHIVE_VERSION,
  type ArchivedEvent,
  ArchiveHash,
  type ArchiveHeader,
  archivedEventSchema,
  headerSchema,
  trailerSchema,
} from '../export/archive-file.js';

export interface ArchiveVisitor {
  header(header: ArchiveHeader): Promise<void>;
  /** `lineNumber`: 1 is the header's. */
  event(event: ArchivedEvent, lineNumber: number): Promise<void>;
}

/**
 * Reads an archive line by line and checks that it's whole and as it was written. Throws `BAD_USER_INPUT` with the number of
 * the first line that isn't, also after events were visited: visit twice, and act the second time. `NEEDS_UPGRADE`: a newer
 * format.
 */
export const readArchive = async (lines: AsyncIterable<string>, visitor: ArchiveVisitor): Promise<void> => {
  const hash = new ArchiveHash();
  let lineNumber = 0;
  let isWhole = false;
  for await (const line of lines) {
    lineNumber++;
    if (lineNumber === 1) {
      await visitor.header(headerOf(line));
    } else if (isWhole) {
      throw refused(`Line ${lineNumber} is after the archive's last line: something was added.`);
    } else {
      const event = eventOf(hash, line);
      if (event) await visitor.event(event, lineNumber);
      else if (isTrailer(hash, line, lineNumber)) isWhole = true;
      else {
        throw refused(
          `Line ${lineNumber} isn't as it was exported, or not in its place: take the file as it was.`,
        );
      }
    }
    hash.take(`${line}\n`);
  }
  if (!isWhole) throw refused(`The file ends after line ${lineNumber}, without its last line: it was cut.`);
};

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

const eventOf = (hash: ArchiveHash, line: string): ArchivedEvent | null => {
  const content = hash.contentOf(line);
  return content === null ? null : parsed(archivedEventSchema, content);
};

/** Line 1 and this one are no events. */
const isTrailer = (hash: ArchiveHash, line: string, lineNumber: number): boolean => {
  const trailer = parsed(trailerSchema, line);
  return trailer?.sha256 === hash.sha256() && trailer.events === lineNumber - 2;
};

const parsed = <T>(schema: z.ZodType<T>, text: string): T | null =>
  schema.safeParse(jsonOf(text)).data ?? null;

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const refused = (message: string): AppError => new AppError(ErrorCode.BAD_USER_INPUT, message);
