import { describe, expect, it } from '@jest/globals';
import type { ProjectionStatus } from './status.js';
import { WatchedRebuild } from './watched-rebuild.js';

type Seen = Pick<ProjectionStatus, 'state' | 'generation' | 'isHeld' | 'isRebuilding'>;

const generation = (number: number, state: 'live' | 'building', rest: Partial<Seen> = {}): Seen => ({
  generation: number,
  state,
  isHeld: false,
  isRebuilding: false,
  ...rest,
});

const isRebuilding = true;
const live = generation(1, 'live');
const begun = [generation(1, 'live', { isRebuilding })];
const building = [generation(1, 'live', { isRebuilding }), generation(2, 'building', { isRebuilding })];

const watching = (...looks: readonly (readonly Seen[])[]) => {
  const watched = new WatchedRebuild<Seen>();
  return looks.map((generations) => {
    const { shown, outcome } = watched.see(generations);
    return [shown?.generation, outcome];
  });
};

describe('a rebuild that is watched', () => {
  it('has ended at once where there is none', () => {
    expect(watching([live])).toEqual([[1, 'ended']]);
  });

  it('is waited for where it has begun and its generation is not there yet', () => {
    expect(watching(begun, building, [generation(2, 'live')])).toEqual([
      [1, 'under_way'],
      [2, 'under_way'],
      [2, 'ended'],
    ]);
  });

  it('has ended when its generation is live, though the old tables are being dropped still', () => {
    expect(watching(building, [generation(2, 'live', { isRebuilding })]).at(-1)).toEqual([2, 'ended']);
  });

  it('has ended when its generation is held beside the live one', () => {
    expect(watching(building, [live, generation(2, 'building', { isHeld: true })]).at(-1)).toEqual([
      2,
      'ended',
    ]);
  });

  it('has failed when its generation is gone, or left by whoever built it', () => {
    expect(watching(building, begun, [live])).toEqual([
      [2, 'under_way'],
      [1, 'under_way'],
      [1, 'failed'],
    ]);
    expect(watching(building, [live, generation(2, 'building')]).at(-1)).toEqual([1, 'failed']);
  });
});
