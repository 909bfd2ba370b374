import type { Projection } from '../runtime/projection.js';
import { latenciesFold } from './latencies-fold.js';
import { earlierLatencyTables } from './tables.js';

export const latenciesProjection: Projection = {
  name: 'latencies',
  version: 2,
  earlier: { 1: earlierLatencyTables },
  folds: [latenciesFold],
};
