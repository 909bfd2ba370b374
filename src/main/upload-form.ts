import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import {
  MAX_DESCRIPTION_CHARS,
  MAX_DOCUMENT_BYTES,
  MAX_FILE_NAME_CHARS,
  MAX_TAG_CHARS,
  MAX_TAGS,
  MAX_TITLE_CHARS,
} from '../domain/document/limits.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { type DocumentMediaType, mediaTypeOf } from '../knowledge/media-types.js';

const MAX_FIELD_BYTES = 16 * 1024;
const MAX_FIELDS = 30;
const MAX_KEY_CHARS = 200;
const NUL = '\u0000';

/** A file, and what was told of it, checked. */
export interface UploadForm {
  readonly content: Buffer;
  readonly fileName: string | null;
  readonly mediaType: DocumentMediaType;
  readonly title: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly idempotencyKey: string | null;
}

/**
 * The form of an upload: `file` and `title`, `description`, `tags` (several fields, or one with commas), `idempotencyKey`.
 * Throws `FILE_TOO_LARGE` as soon as the file is, and `BAD_USER_INPUT` for what is missing or can't be.
 */
export const readUpload = async (request: FastifyRequest): Promise<UploadForm> => {
  let file: (Pick<MultipartFile, 'filename' | 'mimetype'> & { readonly content: Buffer }) | undefined;
  const texts = new Map<string, readonly string[]>();
  const limits = { fileSize: MAX_DOCUMENT_BYTES, files: 1, fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES };
  for await (const part of request.parts({ limits })) {
    if (part.type === 'file') {
      const content = await contentOf(part);
      if (part.fieldname === 'file') file = { filename: part.filename, mimetype: part.mimetype, content };
    } else {
      texts.set(part.fieldname, [...(texts.get(part.fieldname) ?? []), String(part.value)]);
    }
  }
  if (!file) throw wrong('file', 'is missing: send the document as a file.');
  const fileName = textOf('file', file.filename ? [file.filename] : [], MAX_FILE_NAME_CHARS);
  const mediaType = mediaTypeOf(fileName, file.mimetype);
  if (file.content.length === 0) throw wrong('file', 'is empty.', { reason: 'EMPTY_DOCUMENT' });
  const title = textOf('title', texts.get('title'), MAX_TITLE_CHARS);
  if (title === null) throw wrong('title', 'is missing: say what the document is called.');
  return {
    content: file.content,
    fileName,
    mediaType,
    title,
    description: textOf('description', texts.get('description'), MAX_DESCRIPTION_CHARS),
    tags: tagsOf(texts.get('tags')),
    idempotencyKey: textOf('idempotencyKey', texts.get('idempotencyKey'), MAX_KEY_CHARS),
  };
};

/** Never more than the limit is in memory. */
const contentOf = async (part: MultipartFile): Promise<Buffer> => {
  try {
    return await part.toBuffer();
  } catch (cause) {
    if (!part.file.truncated) throw cause;
    throw new AppError(
      ErrorCode.FILE_TOO_LARGE,
      `file has more than ${MAX_DOCUMENT_BYTES} bytes: split the document.`,
      { field: 'file', maxBytes: MAX_DOCUMENT_BYTES },
      { cause },
    );
  }
};

/** The last one counts; one without anything in it counts as missing. */
const textOf = (field: string, values: readonly string[] = [], maxChars: number): string | null => {
  const text = values.at(-1)?.trim() ?? '';
  if (text.length > maxChars) throw wrong(field, `has more than ${maxChars} characters.`);
  if (text.includes(NUL)) throw wrong(field, 'has the character NUL (U+0000) in it: leave it out.');
  return text === '' ? null : text;
};

const tagsOf = (values: readonly string[] = []): readonly string[] => {
  const tags = values.flatMap((value) => value.split(',')).map((tag) => textOf('tags', [tag], MAX_TAG_CHARS));
  const named = [...new Set(tags.filter((tag) => tag !== null))];
  if (named.length > MAX_TAGS) throw wrong('tags', `are more than ${MAX_TAGS}.`);
  return named;
};

const wrong = (field: string, what: string, details: Readonly<Record<string, unknown>> = {}): AppError =>
  new AppError(ErrorCode.BAD_USER_INPUT, `${field} ${what}`, { field, ...details });
