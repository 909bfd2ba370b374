import { describe, expect, it } from '@jest/globals';
import { projections } from './index.js';

describe('the versions of a read model', () => {
  it.each([...projections])(
    '$name: names the tables of each that an installation may still have',
    (projection) => {
      const { version, earlier = {} } = projection;
      const before = Array.from({ length: version - 1 }, (_, at) => String(at + 1));
      expect(Object.keys(earlier)).toEqual(before);
      for (const tables of Object.values(earlier)) expect(tables.length).toBeGreaterThan(0);
    },
  );
});
