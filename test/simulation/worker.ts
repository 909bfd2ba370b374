import { parentPort, workerData } from 'node:worker_threads';
import { type BrokenCall, simulateCall } from './simulate.js';

/** A share of the calls: every `step`-th from `first` on. */
export interface Share {
  readonly seed: number;
  readonly first: number;
  readonly step: number;
  readonly calls: number;
}

/** What a worker tells: how many calls are done, and those of them that broke an invariant. */
export interface ShareProgress {
  readonly done: number;
  readonly broken: readonly BrokenCall[];
}

const TELL_EVERY = 50;

const { seed, first, step, calls } = workerData as Share;
let done = 0;
let broken: BrokenCall[] = [];
const tell = (): void => {
  parentPort?.postMessage({ done, broken } satisfies ShareProgress);
  done = 0;
  broken = [];
};
for (let number = first; number < calls; number += step) {
  const problem = simulateCall(seed, number);
  if (problem) broken.push(problem);
  if (++done === TELL_EVERY) tell();
}
tell();
