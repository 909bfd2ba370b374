import type { Projection } from '../runtime/projection.js';
import { callsFold } from './calls-fold.js';
import { earlierCallTables } from './tables.js';
import { transfersFold } from './transfers-fold.js';
import { turnsFold } from './turns-fold.js';

export const callsProjection: Projection = {
  name: 'calls',
  version: 3,
  earlier: earlierCallTables,
  folds: [callsFold, turnsFold, transfersFold],
};
