import type { Projection } from '../runtime/projection.js';
import { mediaFold } from './media-fold.js';
import { earlierMediaTables } from './tables.js';

export const mediaProjection: Projection = {
  name: 'media',
  version: 3,
  earlier: { 1: earlierMediaTables, 2: earlierMediaTables },
  folds: [mediaFold],
};
