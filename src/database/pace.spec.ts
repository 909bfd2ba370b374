import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

/** When the turns of somebody come who takes one after the other. */
const turns = (pace: Pace, { fromMs, count }: { fromMs: number; count: number }): number[] => {
  const takenMs: number[] = [];
  for (let nowMs = fromMs; takenMs.length < count; ) {
    takenMs.push(nowMs);
    nowMs += pace.take(nowMs);
  }
  return takenMs;
};

describe('a pace', () => {
  it('lets a few turns follow each other, and spaces out those after them', () => {
    const pace = new Pace({ everyMs: 40, atOnce: 3 });
    expect(turns(pace, { fromMs: 1_000, count: 6 })).toEqual([1_000, 1_000, 1_000, 1_000, 1_040, 1_080]);
  });

  it('lets them again after a quiet while, and no more of them for a longer one', () => {
    const pace = new Pace({ everyMs: 40, atOnce: 3 });
    turns(pace, { fromMs: 1_000, count: 6 });
    expect(turns(pace, { fromMs: 9_000, count: 5 })).toEqual([9_000, 9_000, 9_000, 9_000, 9_040]);
  });

  it('never holds up who comes less often', () => {
    const pace = new Pace({ everyMs: 40, atOnce: 1 });
    expect([0, 41, 85, 130, 200].map((atMs) => pace.take(atMs))).toEqual([0, 0, 0, 0, 0]);
  });
});
