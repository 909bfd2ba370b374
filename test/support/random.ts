/** Printed by the tests that use it: a failure's moments are repeated with `CRASH_SEED=…`, and the same `PROPERTY_SCALE`. */
export const CRASH_SEED = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);

/** Numbers from 0 to 1, the same for the same seed (Lehmer's generator, as in MINSTD). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};
