import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Change, diff } from './diff.js';

describe('a diff', () => {
  it('names each value that changed, came or went', () => {
    const before = { name: 'Ada', members: { a: 'OWNER', b: 'MEMBER' }, versions: [{ n: 1 }], gone: true };
    const after = { name: 'Bea', members: { a: 'OWNER', b: 'ADMIN' }, versions: [{ n: 1 }, { n: 2 }] };
    expect(diff(before, after)).toEqual([
      { path: 'name', before: 'Ada', after: 'Bea' },
      { path: 'members.b', before: 'MEMBER', after: 'ADMIN' },
      { path: 'versions[1]', before: undefined, after: { n: 2 } },
      { path: 'gone', before: true, after: undefined },
    ]);
  });

  it('tells a list from an object, and null from nothing', () => {
    expect(diff({ x: [] }, { x: {} })).toEqual([{ path: 'x', before: [], after: {} }]);
    expect(diff({ x: null }, {})).toEqual([{ path: 'x', before: null, after: undefined }]);
    expect(diff({ x: null }, { x: { y: 1 } })).toEqual([{ path: 'x', before: null, after: { y: 1 } }]);
  });

  it('takes no inherited value for one', () => {
    expect(diff({}, { constructor: 1 })).toEqual([{ path: 'constructor', before: undefined, after: 1 }]);
  });

  it('is empty for equal values only, and the same both ways round', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(diff(a, structuredClone(a))).toEqual([]);
        const paths = (changes: readonly Change[]) => changes.map(({ path }) => path).sort();
        expect(paths(diff(a, b))).toEqual(paths(diff(b, a)));
        return true;
      }),
    );
  });
});
