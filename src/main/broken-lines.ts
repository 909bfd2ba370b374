/** Two columns of a terminal each: East Asia's characters, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** None: it stands on the character before it. */
const NO_COLUMN = /[\p{Mn}\p{Me}\p{Cf}]/u;
const PLAIN = /^[\x20-\x7e]*$/;

/** What a reader takes for one character. */
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many columns of a terminal a text takes; rather too many than too few. */
export const columnsOf = (text: string): number => {
  if (PLAIN.test(text)) return text.length;
  let columns = 0;
  for (const char of text) columns += WIDE.test(char) ? 2 : NO_COLUMN.test(char) ? 0 : 1;
  return columns;
};

/** A text in lines of so many columns: broken behind a word where there is one, and never within a character. */
export const brokenLines = (text: string, columns: number): readonly string[] => {
  if (columnsOf(text) <= columns) return [text];
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const { segment } of characters.segment(text)) {
    if (line !== '' && width + columnsOf(segment) > columns) {
      const space = segment === ' ' ? line.length : line.lastIndexOf(' ');
      lines.push(space > 0 ? line.slice(0, space) : line);
      line = space > 0 ? line.slice(space + 1) : '';
      width = columnsOf(line);
      // The space that it's broken at is the line's end.
      if (segment === ' ') continue;
    }
    line += segment;
    width += columnsOf(segment);
  }
  return [...lines, line];
};
