import { unreadable } from './unreadable.js';

/** What has more of them isn't text, whatever it is called: stray ones are left out. */
const MAX_SHARE_OF_CONTROLS = 0.05;

/** Control characters but tab, line feed and form feed; the byte-order mark where none belongs; halves of a character. */
const UNWANTED = /(?![\t\n\f])\p{Cc}|\ufeff|\p{Surrogate}/gu;

/** Without control characters, and with `\n` at the end of lines: PostgreSQL takes no NUL, and a model has no use for them. */
export const cleanText = (text: string): string => text.replace(/\r\n?/g, '\n').replace(UNWANTED, '');

/** UTF-8, or UTF-16 with its byte-order mark; what is neither is taken for windows-1252, as browsers do. */
export const decodeText = (bytes: Uint8Array): string => {
  const decoded = decode(bytes);
  const text = cleanText(decoded);
  if (decoded.replace(/\r\n/g, '\n').length - text.length > decoded.length * MAX_SHARE_OF_CONTROLS) {
    throw unreadable(
      'PARSE_FAILED',
      'The file is full of control characters, so it is no text: save it as UTF-8, or upload it with the ending of what it is.',
    );
  }
  return text;
};

const decode = (bytes: Uint8Array): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return windows1252(bytes);
  }
};

/** What 0x80 to 0x9f are. Node 20's decoder takes them for control characters (nodejs/node#56542). */
const FROM_0X80 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const windows1252 = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (character) => FROM_0X80.charAt(character.charCodeAt(0) - 0x80));

/** Paragraphs: what stands between empty lines, or between pages. */
export const paragraphsOf = (text: string): readonly string[] =>
  text
    .split(/\n[^\S\n]*\n|\f/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
