import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { docxOf, paragraph, table } from '../../test/support/documents/docx.js';
import { fileOf, pdfOf, streamOf } from '../../test/support/documents/pdf.js';
import { chunkDocument } from './chunk.js';
import { chunkAside } from './chunk-aside.js';
import type { DocumentMediaType } from './media-types.js';
import { parseDocument } from './parse.js';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

const parse = (
  bytes: Uint8Array | string,
  mediaType: DocumentMediaType,
  signal = new AbortController().signal,
) => parseDocument(Buffer.from(bytes), mediaType, signal);

const pinned = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
  }
).dependencies;

const unreadable = (reason: string, message: RegExp) =>
  expect.objectContaining({
    code: 'BAD_USER_INPUT',
    details: { reason },
    message: expect.stringMatching(message),
  });

/** A page whose text is in a stream that unpacks to half a gigabyte of spaces. */
const pdfBomb = (): Buffer => {
  const packed = deflateSync(Buffer.alloc(64 * 1_048_576, ' '));
  const contents = Array.from({ length: 8 }, () => streamOf(packed, '/Filter /FlateDecode'));
  const references = contents.map((_, n) => `${n + 4} 0 R`).join(' ');
  return fileOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents [${references}] >>`,
    ...contents,
  ]);
};

describe('parsing a document', () => {
  it('gives the paragraphs of a text, and says what read it', async () => {
    expect(await parse('We open at nine.\n\nOn Sundays we are closed.\n', 'text/plain')).toEqual({
      blocks: ['We open at nine.', 'On Sundays we are closed.'],
      pages: null,
      parser: 'text@1',
    });
    expect(await parse('# Hours\n\n- nine to five\n', 'text/markdown')).toMatchObject({
      blocks: ['# Hours', '- nine to five'],
    });
  });

  it('gives the rows of a CSV', async () => {
    expect(await parse('Service,Price\nCut,5\n', 'text/csv')).toEqual({
      blocks: ['Service: Cut\nPrice: 5'],
      pages: null,
      parser: `csv-parse@${pinned['csv-parse']}`,
    });
  });

  it('gives the paragraphs and the pages of a PDF', async () => {
    const pdf = pdfOf([
      [
        { text: 'We open at nine,' },
        { text: 'and close at five.' },
        { text: 'On Sundays we are closed.', gap: 40 },
      ],
      [{ text: 'Parking is behind the house.' }],
    ]);
    expect(await parse(pdf, 'application/pdf')).toEqual({
      blocks: [
        'We open at nine,\nand close at five.',
        'On Sundays we are closed.',
        'Parking is behind the house.',
      ],
      pages: 2,
      parser: `unpdf@${pinned.unpdf}`,
    });
  });

  it('gives the paragraphs of a DOCX, and the rows of its tables', async () => {
    const body =
      paragraph('Our prices &amp; hours') + table(['Service', 'Price'], ['Cut', '5']) + paragraph('Call us.');
    expect(await parse(await docxOf(body), DOCX)).toEqual({
      blocks: ['Our prices & hours', 'Service | Price', 'Cut | 5', 'Call us.'],
      pages: null,
      parser: `mammoth@${pinned.mammoth}`,
    });
  });

  it.each<[string, DocumentMediaType, () => Promise<Uint8Array> | Uint8Array]>([
    ['text', 'text/plain', () => Buffer.from(' \n\n\t ')],
    ['CSV', 'text/csv', () => Buffer.from('Service,Price\n')],
    ['PDF', 'application/pdf', () => pdfOf([[]])],
    ['DOCX', DOCX, () => docxOf(paragraph(' '))],
  ])('refuses a %s without text', async (_, mediaType, bytes) => {
    await expect(parse(await bytes(), mediaType)).rejects.toEqual(unreadable('EMPTY_DOCUMENT', /no text/));
  });

  it.each<[string, DocumentMediaType]>([
    ['PDF', 'application/pdf'],
    ['DOCX', DOCX],
  ])('refuses what is no %s', async (name, mediaType) => {
    await expect(parse('Some text.', mediaType)).rejects.toEqual(
      unreadable('PARSE_FAILED', new RegExp(`^The ${name} can't be read: `)),
    );
  });

  it('refuses a DOCX that unpacks to too much', async () => {
    const bomb = await docxOf(paragraph('Boom'), { 'word/media/bomb.bin': Buffer.alloc(110_000_000) });
    expect(bomb.length).toBeLessThan(1_000_000);
    await expect(parse(bomb, DOCX)).rejects.toEqual(
      unreadable('PARSE_FAILED', /unpacks to more than 100 MB/),
    );
  });

  it('refuses a PDF that unpacks to too much', async () => {
    await expect(parse(pdfBomb(), 'application/pdf')).rejects.toEqual(
      unreadable('PARSE_FAILED', /unpacks to more than 256 MB/),
    );
  });

  it('ends at once when the signal aborts, before and meanwhile', async () => {
    await expect(parse('Text', 'text/plain', AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
    const abort = new AbortController();
    const parsing = parse('Text', 'text/plain', abort.signal);
    abort.abort(new Error('over meanwhile'));
    await expect(parsing).rejects.toThrow('over meanwhile');
  });

  it('leaves the event loop to the calls, as does chunking', async () => {
    const document = await parse('Sentence one. '.repeat(100_000), 'text/plain');
    let turns = 0;
    const turning = setInterval(() => turns++, 5);
    const chunks = await chunkAside(document, new AbortController().signal);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(10);
    expect(chunks).toEqual(chunkDocument(document));
  });
});
