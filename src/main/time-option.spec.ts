import { describe, expect, it } from '@jest/globals';
import { parseTime } from './time-option.js';

describe('a time that somebody types', () => {
  it.each([
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['2026-11-21T12:00:00Z', '2026-11-21T12:00:00.000Z'],
    ['2026-11-21T12:00:00.5Z', '2026-11-21T12:00:00.500Z'],
    ['2026-11-21T12:00:00.775739Z', '2026-11-21T12:00:00.775739Z'],
    ['2026-11-21T01:30:00.000001+05:30', '2026-11-20T20:00:00.000001Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });

  it.each([
    'rubbish 5',
    'revision 3',
    'end 3',
    '-1',
    '2026',
    '2026-02-31',
    '2027-02-29T12:00:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T12:00:60Z',
    // Whose time would that be?
    '2026-11-21T12:00:00',
    '2026-11-21 12:00:00Z',
    // Finer than the ledger's clock.
    '2026-11-21T12:00:00.1234567Z',
    // A year that the database doesn't have.
    '0000-01-01',
    '9999-12-31T23:59:59-14:00',
    ' 2026-11-21',
    '',
  ])('"%s" is none', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});
