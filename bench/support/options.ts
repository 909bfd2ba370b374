import { parseArgs } from 'node:util';
import { AppError, ErrorCode, messageOf } from '../../src/domain/errors.js';

/**
 * `--name 3`; the default where it isn't given. Throws `BAD_USER_INPUT` for what isn't a whole number from 1 on, and for other
 * options.
 */
export const numberOption = (arguments_: readonly string[], name: string, otherwise: number): number => {
  const text = textOption(arguments_, name);
  const value = Number(text ?? otherwise);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new AppError(ErrorCode.BAD_USER_INPUT, `--${name} must be a whole number from 1 on, not "${text}".`);
};

const textOption = (arguments_: readonly string[], name: string): string | undefined => {
  try {
    return parseArgs({ args: [...arguments_], options: { [name]: { type: 'string' } } }).values[name];
  } catch (cause) {
    throw new AppError(ErrorCode.BAD_USER_INPUT, messageOf(cause), {}, { cause });
  }
};
