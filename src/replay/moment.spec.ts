import { describe, expect, it } from '@jest/globals';
import type { LedgerRecord } from '../ledger/ledger.js';
import { eventsUntil } from './moment.js';

const stored = ['12:00:00Z', '12:00:01.775739Z', '12:00:01.7759Z', '12:00:01.776Z'].map(
  (time, revision) => ({ revision, createdAt: `2026-11-21T${time}` }) as LedgerRecord,
);
const lastAt = (time: string) =>
  eventsUntil('call-1_1', stored, { time: `2026-11-21T${time}` }).at(-1)?.revision;

describe("a stream's events up to a time", () => {
  it('are told apart by the microsecond', () => {
    expect(lastAt('12:00:01.775738Z')).toBe(0);
    expect(lastAt('12:00:01.775739Z')).toBe(1);
    expect(lastAt('12:00:01.775899Z')).toBe(1);
    expect(lastAt('12:00:01.775900Z')).toBe(2);
  });

  it('have all of a millisecond that is named', () => {
    expect(lastAt('12:00:00.000Z')).toBe(0);
    expect(lastAt('12:00:01.774Z')).toBe(0);
    expect(lastAt('12:00:01.775Z')).toBe(2);
    expect(lastAt('12:00:01.776Z')).toBe(3);
  });
});
