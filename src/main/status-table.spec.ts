import { describe, expect, it } from '@jest/globals';
import type { ProjectionStatus } from '../../projections/runtime/status.js';
import { statusTable } from './status-table.js';

const latencies: ProjectionStatus = {
  name: 'latencies',
  version: 3,
  generation: 7,
  state: 'live',
  waitsFor: null,
  position: '12345678',
  lagEvents: 0,
  lagMs: 0,
  percent: 100,
  skippedEvents: 0,
  batchEvents: 500,
  batchMs: 12.34,
  parked: [],
  isHeld: false,
  isRebuilding: false,
};

const building: ProjectionStatus = {
  ...latencies,
  generation: 12,
  state: 'building',
  isRebuilding: true,
  lagEvents: 10_000,
  lagMs: 45 * 60_000,
};

describe('the table of the read models', () => {
  it('has a row a generation that a terminal of 80 columns shows on one line', () => {
    const lines = statusTable([latencies, building]).split('\n');
    expect(lines).toEqual([
      'name       tables  state     position  behind  for     batch           left out',
      'latencies  v3 g7   live      12345678  0       0.0 s   500 in 12.3 ms  –',
      'latencies  v3 g12  building  12345678  10,000  45 min  500 in 12.3 ms  –',
    ]);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each([
    [0, '0.0 s'],
    [119_900, '119.9 s'],
    [120_000, '2 min'],
    [7_199_999, '119 min'],
    [7_200_000, '2 h'],
    [40 * 86_400_000, '40 d'],
  ])('tells how long the oldest event waits: %d ms as %s', (lagMs, text) => {
    expect(statusTable([{ ...latencies, lagMs }])).toContain(`  0       ${text} `);
  });

  it('says beneath what is left out, and why', () => {
    const stream = 'call-1_2';
    const parked = [{ stream, position: '7', error: 'nonsense', parkedAt: '2026-11-21T12:00:00.000Z' }];
    const [, row, ...notes] = statusTable([{ ...latencies, skippedEvents: 2, parked }]).split('\n');
    expect(row).toMatch(/ {2}2 events, 1 stream$/);
    expect(notes).toEqual([
      "  latencies passed 2 events of types that the program didn't know: rebuild it with one that does.",
      '  latencies leaves out call-1_2 from 7 on: nonsense',
    ]);
  });
});
