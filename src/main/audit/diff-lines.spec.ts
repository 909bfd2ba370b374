import { describe, expect, it } from '@jest/globals';
import { diffLines } from './diff-lines.js';

const changes = [
  {
    path: 'state.versions[0]',
    before: undefined,
    after: { language: 'en', greeting: 'Hello, this is Ada.' },
  },
  { path: 'state.liveVersion', before: null, after: 1 },
];

describe('what became different', () => {
  it('is a line each in a pipe, and where the terminal is wide enough', () => {
    const lines = [
      'state.versions[0]  (nothing) → {"language":"en","greeting":"Hello, this is Ada."}',
      'state.liveVersion  null → 1',
    ];
    expect(diffLines(changes, null)).toEqual(lines);
    expect(diffLines(changes, lines[0]?.length ?? 0)).toEqual(lines);
  });

  it('stands beneath its path where it is not, field by field', () => {
    expect(diffLines(changes, 40)).toEqual([
      'state.versions[0]',
      '  before  (nothing)',
      '  after',
      '    language  "en"',
      '    greeting  "Hello, this is Ada."',
      'state.liveVersion',
      '  before  null',
      '  after   1',
    ]);
  });
});
