import { describe, expect, it } from '@jest/globals';
import { printable, printableJson } from './printable.js';

describe('what is printed', () => {
  it('stays on its line, and cannot steer the terminal', () => {
    expect(printable('Yes.\n  12  0:01.0  agent\t\u001b[2J\u009b2J\u007f\u2028')).toBe(
      String.raw`Yes.\n  12  0:01.0  agent\t\u001b[2J\u009b2J\u007f\u2028`,
    );
    expect(printable('Yes \u202e.oN\u2066')).toBe(String.raw`Yes \u202e.oN\u2066`);
    expect(printable('«Grüß dich», 🙂 \\n')).toBe('«Grüß dich», 🙂 \\n');
  });

  it('is the same as JSON', () => {
    const value = { text: '\u001b[2J\u009b2J\u2029\n' };
    const text = String.raw`"\u001b[2J\u009b2J\u2029\n"`;
    expect(printableJson(value)).toBe(`{"text":${text}}`);
    expect(printableJson(value, 2)).toBe(`{\n  "text": ${text}\n}`);
    expect(JSON.parse(printableJson(value, 2))).toEqual(value);
  });
});
