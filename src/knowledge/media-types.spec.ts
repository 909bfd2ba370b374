import { describe, expect, it } from '@jest/globals';
import { mediaTypeOf } from './media-types.js';

describe("a document's media type", () => {
  it.each([
    ['Prices.CSV', 'application/vnd.ms-excel', 'text/csv'],
    ['faq.md', 'application/octet-stream', 'text/markdown'],
    ['faq.v2.markdown', null, 'text/markdown'],
    ['notes.txt', null, 'text/plain'],
    ['offer.pdf', 'application/pdf', 'application/pdf'],
    ['offer.docx', null, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ])('is known by the ending of %s, declared as %s', (fileName, declared, expected) => {
    expect(mediaTypeOf(fileName, declared)).toBe(expected);
  });

  it('is the declared one where the name has no ending that is known', () => {
    expect(mediaTypeOf('README', 'Text/Plain; charset=utf-8')).toBe('text/plain');
    expect(mediaTypeOf(null, 'text/csv')).toBe('text/csv');
  });

  it('is refused where neither is known, with what there is', () => {
    expect(() => mediaTypeOf('photo.png', 'image/png')).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        message: expect.stringMatching(/"photo\.png" \(image\/png\).*\.docx/),
        details: expect.objectContaining({ reason: 'UNSUPPORTED_MEDIA_TYPE' }),
      }),
    );
    expect(() => mediaTypeOf(null, null)).toThrow(/The document \(of no declared type\)/);
  });
});
