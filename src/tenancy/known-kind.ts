import { AppError, ErrorCode } from '../domain/errors.js';
import { type IdKind, isId } from '../domain/ids.js';

/**
 * Throws `NOT_FOUND` for what isn't an id of this kind. A stream's name has the bare id: `usr_01h…` would name the stream of
 * `agt_01h…`, and what is written then tells of an agent that isn't there.
 */
export const refuseOtherKind = (kind: IdKind, id: string): void => {
  if (!isId(kind, id)) throw new AppError(ErrorCode.NOT_FOUND, `There is no such ${kind}.`);
};
