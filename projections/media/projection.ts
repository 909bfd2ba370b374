import type { Projection } from '../runtime/projection.js';
import { mediaFold } from './media-fold.js';

export const mediaProjection: Projection = { name: 'media', version: 1, folds: [mediaFold] };
