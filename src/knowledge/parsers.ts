import { CSV_PARSER, rowsOf } from './csv.js';
import type { DocumentMediaType } from './media-types.js';
import type { ParsedDocument } from './parse.js';
import { decodeText, paragraphsOf } from './text.js';
import { unreadable } from './unreadable.js';

type Parser = (bytes: Uint8Array) => Promise<ParsedDocument>;

/** What more blocks mean is no document for a telephone; and they are handed over between threads in one go. */
const MAX_BLOCKS = 500_000;

const parseText: Parser = async (bytes) => ({
  blocks: paragraphsOf(decodeText(bytes)),
  pages: null,
  parser: 'text@1',
});

const parseCsv: Parser = async (bytes) => ({
  blocks: rowsOf(decodeText(bytes)),
  pages: null,
  parser: CSV_PARSER,
});

const parsers: Readonly<Record<DocumentMediaType, Parser>> = {
  'text/plain': parseText,
  'text/markdown': parseText,
  'text/csv': parseCsv,
  // Each takes 0.1 s to load: a thread loads what its document needs.
  'application/pdf': async (bytes) => (await import('./pdf.js')).parsePdf(bytes),
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': async (bytes) =>
    (await import('./docx.js')).parseDocx(bytes),
};

/** What reads documents of the type, in whatever thread. Throws as `parseDocument` does. */
export const parserOf =
  (mediaType: DocumentMediaType): Parser =>
  async (bytes) => {
    const document = await parsers[mediaType](bytes);
    if (document.blocks.length === 0) {
      throw unreadable(
        'EMPTY_DOCUMENT',
        'There is no text in the document: of a scan, upload what was recognised in it.',
      );
    }
    if (document.blocks.length > MAX_BLOCKS) {
      throw unreadable(
        'PARSE_FAILED',
        `The document has ${document.blocks.length} paragraphs or rows, and at most ${MAX_BLOCKS} are read: split it.`,
      );
    }
    return document;
  };
