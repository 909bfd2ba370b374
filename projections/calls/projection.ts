import type { Projection } from '../runtime/projection.js';
import { callsFold } from './calls-fold.js';
import { turnsFold } from './turns-fold.js';

export const callsProjection: Projection = { name: 'calls', version: 1, folds: [callsFold, turnsFold] };
