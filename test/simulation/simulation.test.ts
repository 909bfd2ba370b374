import { describe, expect, it } from '@jest/globals';
import { invariants } from './invariants.js';
import { simulateCall } from './simulate.js';

/** The same calls at every run; `SIMULATION_SEED=…` plays others, and so does `npm run simulate:calls`, by the thousand. */
const SEEDS = [1, Number(process.env.SIMULATION_SEED ?? 2)];
const CALLS = 500;

describe(`${2 * CALLS} whole calls under a virtual clock`, () => {
  it.each(SEEDS)(
    'hold every invariant (seed %i)',
    (seed) => {
      const broken = Array.from({ length: CALLS }, (_, number) => simulateCall(seed, number)).filter(
        (problem) => problem !== null,
      );
      expect(broken.map(({ report }) => report)[0]).toBeUndefined();
      expect(broken).toHaveLength(0);
      expect(Object.keys(invariants).length).toBeGreaterThan(8);
    },
    120_000,
  );
});
