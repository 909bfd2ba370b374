import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** How many columns of a terminal a text takes: East Asia's characters and emoji take two, accents none. */
export const columnsOf = (text: string): number => stringWidth(text);

/** A text in lines of so many columns: broken behind a word where there is one, and never within a character. */
export const brokenLines = (text: string, columns: number): readonly string[] =>
  wrapAnsi(text, columns, { hard: true }).split('\n');
