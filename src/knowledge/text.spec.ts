import { describe, expect, it } from '@jest/globals';
import { decodeText, paragraphsOf } from './text.js';

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('text of bytes', () => {
  it.each([
    ['UTF-8', Buffer.from('Grüße ✓')],
    ['UTF-8 with its mark', Buffer.from('\ufeffGrüße ✓')],
    ['UTF-16, little end first', utf16('Grüße ✓')],
    ['UTF-16, big end first', utf16('Grüße ✓').swap16()],
  ])('is read of %s', (_, bytes) => {
    expect(decodeText(bytes)).toBe('Grüße ✓');
  });

  it('is read as windows-1252 where it is no UTF-8', () => {
    expect(decodeText(Buffer.from([0x80, 0x35, 0x20, 0x47, 0x72, 0xfc, 0xdf, 0x65]))).toBe('€5 Grüße');
  });

  it('has no control characters, nor halves of a character, and one kind of line end', () => {
    const text = `a\u0000b\u0007c\u0085d\te\r\nf\rg${'.'.repeat(100)}`;
    expect(decodeText(Buffer.from(text))).toBe(`abcd\te\nf\ng${'.'.repeat(100)}`);
    expect(decodeText(utf16('a\ud800b'))).toBe('a\ufffdb');
  });

  it('is none of a binary file', () => {
    expect(() => decodeText(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0x0d, 1, 2, 3]))).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: { reason: 'PARSE_FAILED' } }),
    );
  });

  it('falls into paragraphs at empty lines and at new pages', () => {
    expect(paragraphsOf('\n one\ntwo \n \t\nthree\f\n\n\nfour\n')).toEqual(['one\ntwo', 'three', 'four']);
  });
});
