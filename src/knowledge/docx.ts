import { Readable } from 'node:stream';
import JSZip from 'jszip';
import mammoth from 'mammoth';
import { isAppError, messageOf } from '../domain/errors.js';
import type { ParsedDocument } from './parse.js';
import { cleanText, paragraphsOf } from './text.js';
import { unreadable } from './unreadable.js';

/** The version that package.json pins. */
export const DOCX_PARSER = 'mammoth@1.13.0';

const MAX_UNPACKED_BYTES = 104_857_600;

/** A part of Word's document as mammoth tells of it. */
interface Element {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Element[];
}

/** Paragraphs and rows of tables. Headers, footers, comments and what was deleted are left out. */
export const parseDocx = async (bytes: Uint8Array): Promise<ParsedDocument> => {
  try {
    await unpack(bytes);
    let document: Element = { type: 'document' };
    await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes) },
      {
        // The rows of tables are gone in mammoth's own text.
        transformDocument: (element: Element) => {
          document = element;
          return element;
        },
        convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
        externalFileAccess: false,
      },
    );
    return {
      blocks: paragraphsOf(cleanText(blocksOf(document).join('\n\n'))),
      pages: null,
      parser: DOCX_PARSER,
    };
  } catch (error) {
    if (isAppError(error)) throw error;
    throw unreadable('PARSE_FAILED', `The DOCX can't be read: ${messageOf(error)}`);
  }
};

/** Counts what is unpacked: what the file says of that may be a lie, and mammoth would unpack all of it. */
const unpack = async (bytes: Uint8Array): Promise<void> => {
  const zip = await JSZip.loadAsync(bytes);
  let unpacked = 0;
  for (const file of Object.values(zip.files)) {
    // JSZip's streams are of an older kind, without an iterator.
    for await (const piece of new Readable().wrap(file.nodeStream())) {
      unpacked += (piece as Buffer).length;
      if (unpacked > MAX_UNPACKED_BYTES) {
        throw unreadable(
          'PARSE_FAILED',
          `The DOCX unpacks to more than ${MAX_UNPACKED_BYTES / 1_048_576} MB: split it.`,
        );
      }
    }
  }
};

const blocksOf = (element: Element): readonly string[] => {
  if (element.type === 'paragraph') return [textOf(element)];
  if (element.type === 'tableRow') return [(element.children ?? []).map(cellOf).filter(Boolean).join(' | ')];
  return (element.children ?? []).flatMap(blocksOf);
};

const cellOf = (cell: Element): string => blocksOf(cell).filter(Boolean).join(' ');

const textOf = (element: Element): string => {
  if (element.type === 'text') return element.value ?? '';
  if (element.type === 'tab') return '\t';
  if (element.type === 'break') return '\n';
  return (element.children ?? []).map(textOf).join('');
};
