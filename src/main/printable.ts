/** C0, DEL, C1, what else ends a line, and what turns round how the rest of it reads (as U+202E does). */
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text on one line that can't steer the terminal which shows it, whoever wrote it: a caller, a model, a file from elsewhere.
 * Control characters stand as JSON writes them.
 */
export const printable = (text: string): string => text.replace(CONTROL, escaped);

/** As `printable`, of JSON: which leaves some of them as they are. `indent`: over several lines. */
export const printableJson = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(CONTROL, (control) =>
    control === '\n' ? control : escaped(control),
  );

const escaped = (control: string): string => {
  const known = JSON.stringify(control).slice(1, -1);
  return known === control ? `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}` : known;
};
