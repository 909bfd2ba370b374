import type { ProjectionStatus } from './status.js';

type Seen = Pick<ProjectionStatus, 'state' | 'generation' | 'isHeld' | 'isRebuilding'>;

export interface RebuildSight<Status extends Seen> {
  /** The generation that is built, else the live one. */
  readonly shown: Status | undefined;
  /** `failed`: what was built is gone, and isn't live. */
  readonly outcome: 'under_way' | 'ended' | 'failed';
}

/** One rebuild of a projection, of whichever process, as who looks at the status now and then sees it. */
export class WatchedRebuild<Status extends Seen> {
  #generation: number | null = null;

  /** `generations`: all of the projection's. */
  see(generations: readonly Status[]): RebuildSight<Status> {
    const live = generations.find(({ state }) => state !== 'building');
    const building = generations.find(({ state }) => state === 'building');
    const isRebuilding = generations.some((generation) => generation.isRebuilding);
    if (building && isRebuilding) {
      this.#generation = building.generation;
      return { shown: building, outcome: 'under_way' };
    }
    // Who has begun may not have come to its generation yet.
    if (this.#generation === null) return { shown: live, outcome: isRebuilding ? 'under_way' : 'ended' };
    if (live && live.generation >= this.#generation) return { shown: live, outcome: 'ended' };
    if (building?.isHeld) return { shown: building, outcome: 'ended' };
    return { shown: live, outcome: isRebuilding ? 'under_way' : 'failed' };
  }
}
