import { eventDefinitions } from '../../domain/events.js';
import { printable } from '../printable.js';

/** As long as the longest type. */
export const TYPE_WIDTH = Math.max(...Object.keys(eventDefinitions).map((type) => type.length));

/** Each on one line of its own. */
export const print = (lines: readonly string[]): void => {
  process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
};

/** To the millisecond, so that they stand in a column. */
export const clock = (time: string): string => new Date(time).toISOString();

export const placeOf = ({
  stream,
  revision,
}: {
  readonly stream: string;
  readonly revision: number;
}): string => `${stream}@${revision}`;
