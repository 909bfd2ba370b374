import type { Projection } from '../runtime/projection.js';
import { callsFold } from './calls-fold.js';
import { earlierCallTables } from './tables.js';
import { turnsFold } from './turns-fold.js';

export const callsProjection: Projection = {
  name: 'calls',
  version: 2,
  earlier: { 1: earlierCallTables },
  folds: [callsFold, turnsFold],
};
