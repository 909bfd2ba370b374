import { AppError, ErrorCode } from '../../domain/errors.js';

/** As many digits as cursors of the trail have: positions of both stores have fewer. */
const POSITION = /^(0|[1-9]\d{0,17})$/;

/** Throws `BAD_USER_INPUT` where the option `--name` has a value, and it can't be a position of the ledger. */
export const refuseNoPosition = (name: string, value: string | undefined): void => {
  if (value === undefined || POSITION.test(value)) return;
  throw new AppError(ErrorCode.BAD_USER_INPUT, `--${name} "${value}" is no position: give a whole number.`);
};
