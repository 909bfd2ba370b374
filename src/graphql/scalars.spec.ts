import { describe, expect, it } from '@jest/globals';
import { GraphQLError, Kind } from 'graphql';
import { DateTime } from './scalars.js';

describe('a DateTime', () => {
  it.each(['0001-01-01T00:00:00Z', '2026-11-21T13:00:00.5+01:00', '9999-12-31T23:59:59.999Z'])(
    '%s is a moment',
    (text) => {
      const time = new Date(text);
      expect(DateTime.parseValue(text)).toEqual(time);
      expect(DateTime.parseLiteral({ kind: Kind.STRING, value: text })).toEqual(time);
    },
  );

  // Each of them is a Date in JavaScript, and an error in PostgreSQL.
  it.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-14:00'])(
    '%s is refused, with its value',
    (text) => {
      const refused = `"${text}" is not a DateTime: in UTC it must be in the years 0001 to 9999.`;
      const coded = expect.objectContaining({ message: refused, extensions: { code: 'BAD_USER_INPUT' } });
      for (const parse of [
        () => DateTime.parseValue(text),
        () => DateTime.parseLiteral({ kind: Kind.STRING, value: text }),
      ]) {
        expect(parse).toThrow(GraphQLError);
        expect(parse).toThrow(coded as unknown as Error);
      }
    },
  );
});
