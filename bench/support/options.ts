import { parseArgs } from 'node:util';

/** `--name 3`; the default where it isn't given. Throws for what isn't a whole number from 1 on, and for other options. */
export const numberOption = (arguments_: readonly string[], name: string, otherwise: number): number => {
  const { values } = parseArgs({ args: [...arguments_], options: { [name]: { type: 'string' } } });
  const value = Number(values[name] ?? otherwise);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`--${name} must be a whole number from 1 on, not "${values[name]}".`);
};
