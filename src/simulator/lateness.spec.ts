import { describe, expect, it } from '@jest/globals';
import { Lateness } from './lateness.js';

describe('lateness', () => {
  it('has percentiles to a tenth of a ms', () => {
    const lateness = new Lateness();
    for (let n = 0; n < 100; n++) lateness.add(n / 2 + 0.04);
    expect(lateness.percentileMs(50)).toBeCloseTo(24.6, 5);
    expect(lateness.percentileMs(99)).toBeCloseTo(49.1, 5);
    expect([lateness.count, lateness.maxMs]).toEqual([100, 49.54]);
  });

  it('counts what is early as in time', () => {
    const lateness = new Lateness();
    lateness.add(-3);
    expect(lateness.maxMs).toBe(0);
  });

  it('tells the maximum for what is beyond 100 ms', () => {
    const lateness = new Lateness();
    lateness.add(5_000);
    expect(lateness.percentileMs(99)).toBe(5_000);
  });

  it('is nothing where nothing happened', () => {
    expect(new Lateness().percentileMs(99)).toBe(0);
  });
});
