import { getResolvedPDFJS } from 'unpdf';
import { messageOf } from '../domain/errors.js';
import { limitAllocations } from './limit-allocations.js';
import type { ParsedDocument } from './parse.js';
import { cleanText, paragraphsOf } from './text.js';
import { unreadable } from './unreadable.js';

/** The version that package.json pins, and the pdf.js that it brings. */
export const PDF_PARSER = 'unpdf@1.7.0';

/** Lines of a paragraph stand 1 to 1.5 heights of their letters apart. */
const PARAGRAPH_GAP = 1.7;

/** What a page's text needs: where a piece stands, and how high its letters are. */
interface Piece {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  readonly transform: readonly number[];
}

/** The text of every page, in the order in which the file has it. A document that asks for a password can't be read. */
export const parsePdf = async (bytes: Uint8Array): Promise<ParsedDocument> => {
  const checkAllocations = limitAllocations();
  const { getDocument } = await getResolvedPDFJS();
  // Nothing is drawn, so no font is needed; and nothing is run that the file brings.
  const options = {
    data: bytes,
    verbosity: 0,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
  };
  try {
    const pdf = await getDocument(options).promise;
    const blocks: string[] = [];
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      blocks.push(...paragraphsOf(cleanText(textOf(items.filter((item) => 'str' in item)))));
      page.cleanup();
      checkAllocations();
    }
    return { blocks, pages: pdf.numPages, parser: PDF_PARSER };
  } catch (error) {
    throw unreadable('PARSE_FAILED', reasonOf(error));
  }
};

const reasonOf = (error: unknown): string =>
  error instanceof Error && error.name === 'PasswordException'
    ? 'The PDF asks for a password: upload it without one.'
    : `The PDF can't be read: ${messageOf(error)}`;

/** Lines, with an empty one where the gap to the line before is a paragraph's. */
const textOf = (pieces: readonly Piece[]): string => {
  let text = '';
  let before: Piece | undefined;
  for (const piece of pieces) {
    if (piece.str.trim() !== '') {
      if (before && isApart(before, piece)) text += '\n\n';
      before = piece;
    }
    text += piece.hasEOL ? `${piece.str}\n` : piece.str;
  }
  return text;
};

const isApart = (before: Piece, piece: Piece): boolean =>
  Math.abs((before.transform[5] as number) - (piece.transform[5] as number)) >
  PARAGRAPH_GAP * Math.max(before.height, piece.height);
