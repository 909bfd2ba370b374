import type { Projection } from '../runtime/projection.js';
import { latenciesFold } from './latencies-fold.js';
import { earlierLatencyTables } from './tables.js';

export const latenciesProjection: Projection = {
  name: 'latencies',
  version: 3,
  earlier: { 1: earlierLatencyTables, 2: earlierLatencyTables },
  folds: [latenciesFold],
};
