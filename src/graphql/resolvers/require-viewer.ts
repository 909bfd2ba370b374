import { AppError, ErrorCode } from '../../domain/errors.js';
import type { Viewer } from '../../identity/viewer.js';
import type { ApiContext } from '../context.js';

/** Anybody who is logged in. Throws `UNAUTHENTICATED`. */
export const requireViewer = ({ viewer }: ApiContext): Viewer => {
  if (viewer) return viewer;
  throw new AppError(ErrorCode.UNAUTHENTICATED, 'Log in first, and send "Authorization: Bearer <token>".');
};
