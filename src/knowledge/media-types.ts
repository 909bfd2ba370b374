import { AppError, ErrorCode } from '../domain/errors.js';

export const documentMediaTypes = [
  'text/plain',
  'text/markdown',
  'text/csv',
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
] as const;

export type DocumentMediaType = (typeof documentMediaTypes)[number];

const byEnding: ReadonlyMap<string, DocumentMediaType> = new Map([
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['markdown', 'text/markdown'],
  ['csv', 'text/csv'],
  ['pdf', 'application/pdf'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
]);

/**
 * What a document is taken for. A file name's ending says more than what a browser declares: for a CSV it is Excel's type
 * where Excel is installed, for Markdown often none. Throws `BAD_USER_INPUT` where neither names a type that is read here.
 */
export const mediaTypeOf = (fileName: string | null, declared: string | null): DocumentMediaType => {
  const ending = /\.([^.]+)$/.exec(fileName ?? '')?.[1]?.toLowerCase() ?? '';
  const named = declared?.split(';')[0]?.trim().toLowerCase();
  const mediaType = byEnding.get(ending) ?? documentMediaTypes.find((known) => known === named);
  if (mediaType) return mediaType;
  const subject = fileName === null ? 'The document' : `The file "${fileName}"`;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `${subject} (${declared ?? 'of no declared type'}) is of a type that can't be read: upload a file that ends with ${[...byEnding.keys()].map((known) => `.${known}`).join(', ')}, or declare one of ${documentMediaTypes.join(', ')}.`,
    { reason: 'UNSUPPORTED_MEDIA_TYPE', declared, supported: documentMediaTypes },
  );
};
