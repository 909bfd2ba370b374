import { describe, expect, it } from '@jest/globals';
import { columnValues } from './column-values.js';
import { boolean, integer, json, nullable, real, text } from './table.js';

describe("a column's values, as PostgreSQL reads them", () => {
  it('are plain where they are numbers or booleans, and NULL where there is none', () => {
    expect(columnValues(nullable(integer), [1, null, -2, undefined])).toBe('{1,NULL,-2,NULL}');
    expect(columnValues(real, [0.5, 1e21])).toBe('{0.5,1e+21}');
    expect(columnValues(boolean, [true, false])).toBe('{true,false}');
  });

  it('are quoted where they are texts, whatever stands in them', () => {
    expect(columnValues(text, ['a', '', 'NULL', 'a,{b}'])).toBe('{"a","","NULL","a,{b}"}');
    expect(columnValues(text, ['say "hi"', 'C:\\', 'two\nlines'])).toBe(
      '{"say \\"hi\\"","C:\\\\","two\nlines"}',
    );
  });

  it('are JSON where the column is, a text included', () => {
    expect(columnValues(json(), [{ a: 'b"c' }, [1], 'x', 1, null])).toBe(
      '{"{\\"a\\":\\"b\\\\\\"c\\"}","[1]","\\"x\\"",1,NULL}',
    );
  });
});
