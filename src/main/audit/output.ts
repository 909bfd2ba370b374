const count = (value: number): string => value.toLocaleString('en-US');

/** "1 event", "2,000 events". */
export const counted = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Labels in one column, what they say in the next. */
export const printRow = (label: string, text: string): void => {
  process.stdout.write(`${label.padEnd(12)}${text}\n`);
};

/** How far a long work is, on a line that a terminal shows growing, and that `clear` takes away. */
export const progressOf = (label: string) => ({
  show: (events: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${label.padEnd(12)}${counted(events, 'event')}`);
  },
  clear: (): void => {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  },
});
