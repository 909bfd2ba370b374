import type { Projection } from '../runtime/projection.js';
import { mediaFold } from './media-fold.js';
import { earlierMediaTables } from './tables.js';

export const mediaProjection: Projection = {
  name: 'media',
  version: 2,
  earlier: { 1: earlierMediaTables },
  folds: [mediaFold],
};
