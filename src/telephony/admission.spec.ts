import { beforeEach, describe, expect, it } from '@jest/globals';
import { Admission, type AdmissionLimits } from './admission.js';

const LIMITS: AdmissionLimits = { maxCalls: 0, maxLoopLagMs: 15, maxCpuPercent: 70 };

describe('admission', () => {
  let nowMs: number;
  let carried: string[];
  let names: number;
  beforeEach(() => {
    nowMs = 0;
    carried = [];
    names = 0;
  });

  const admission = (limits: Partial<AdmissionLimits> = {}): Admission =>
    new Admission({
      limits: { ...LIMITS, ...limits },
      calls: {
        get sessions() {
          return carried;
        },
        carries: (callId) => carried.includes(callId),
      },
      now: () => nowMs,
    });

  /** Probes, a quarter of a second each. */
  const probe = (to: Admission, times: number, cpuPercent: number, loopLagP99Ms = 1): void => {
    for (let n = 0; n < times; n++) {
      nowMs += 250;
      to.observe({ cpuPercent, loopLagP99Ms });
    }
  };

  const come = (to: Admission): boolean => {
    const callId = `call${++names}`;
    const isIn = to.admit(callId);
    if (isIn) carried.push(callId);
    return isIn;
  };

  it('lets calls in while there is room', () => {
    const doors = admission();
    probe(doors, 4, 40);
    expect([come(doors), come(doors), come(doors)]).toEqual([true, true, true]);
  });

  it.each([
    ['its core is full', 71, 1],
    ['its event loop is late', 20, 15.1],
  ])('closes when %s, and not for one bad moment', (_, cpuPercent, lagMs) => {
    const doors = admission();
    come(doors);
    probe(doors, 1, cpuPercent, lagMs);
    probe(doors, 1, 20);
    expect(come(doors)).toBe(true);
    nowMs += 5_000;
    probe(doors, 2, cpuPercent, lagMs);
    expect(come(doors)).toBe(false);
    expect(doors.isFull).toBe(true);
  });

  it('opens again only after about two seconds well below, but for one bad moment: it does not flicker', () => {
    const doors = admission();
    come(doors);
    probe(doors, 2, 75);
    probe(doors, 20, 66);
    expect(come(doors)).toBe(false);
    probe(doors, 3, 50);
    probe(doors, 1, 90);
    probe(doors, 3, 50);
    expect(come(doors)).toBe(false);
    probe(doors, 1, 50);
    expect(come(doors)).toBe(true);
  });

  it('counts those who come in a burst before their load is measured', () => {
    const doors = admission();
    carried = Array.from({ length: 100 }, (_, n) => `old${n}`);
    probe(doors, 4, 60);
    // A call costs 0.6 % here: sixteen are 9.6 %, and the seventeenth would be over 70.
    const let_in = Array.from({ length: 40 }, () => come(doors)).filter(Boolean).length;
    expect(let_in).toBeGreaterThanOrEqual(15);
    expect(let_in).toBeLessThanOrEqual(18);
    nowMs += 2_000;
    probe(doors, 1, 62);
    expect(come(doors)).toBe(true);
  });

  it('holds to the number of calls, those included whose media are still to come', () => {
    const doors = admission({ maxCalls: 2 });
    expect([doors.admit('a'), doors.admit('b'), doors.admit('c')]).toEqual([true, true, false]);
    carried = ['a', 'b'];
    expect(doors.admit('d')).toBe(false);
    carried = [];
    expect([doors.admit('d'), doors.admit('e'), doors.admit('f')]).toEqual([true, true, false]);
    nowMs += 10_001;
    expect(doors.admit('f')).toBe(true);
  });

  it('tells how many may come: what is left of the calls and of the core', () => {
    const doors = admission({ maxCalls: 40 });
    carried = Array.from({ length: 25 }, (_, n) => `old${n}`);
    probe(doors, 4, 50);
    // A call costs 2 % here.
    expect(doors.places).toBe(10);
    expect([come(doors), come(doors)]).toEqual([true, true]);
    expect(doors.places).toBe(8);
    probe(doors, 8, 10);
    expect(doors.places).toBe(13);
  });

  it('has one place at least where it is not full, and where there is no call to protect', () => {
    const doors = admission();
    probe(doors, 1, 90);
    expect(doors.places).toBe(1);
    probe(doors, 8, 90);
    expect([doors.isFull, doors.places]).toEqual([true, 1]);
    come(doors);
    expect(doors.places).toBe(0);
  });

  it('tells for how long it has had room, from when that was seen', () => {
    const doors = admission({ maxCalls: 1 });
    expect(doors.openForMs).toBe(0);
    probe(doors, 3, 10);
    expect(doors.openForMs).toBe(500);
    come(doors);
    expect(doors.openForMs).toBe(0);
    probe(doors, 1, 10);
    carried = [];
    doors.release('call1');
    expect(doors.openForMs).toBe(0);
    probe(doors, 2, 10);
    expect(doors.openForMs).toBe(250);
  });

  it('takes the first call in any case: there is none to protect', () => {
    const doors = admission();
    probe(doors, 8, 100, 500);
    expect(come(doors)).toBe(true);
    expect(come(doors)).toBe(false);
  });

  it('looks at nothing where the limits are 0', () => {
    const doors = admission({ maxLoopLagMs: 0, maxCpuPercent: 0 });
    probe(doors, 8, 300, 500);
    expect([come(doors), come(doors), come(doors)]).toEqual([true, true, true]);
  });
});
