import { printable } from './printable.js';

/** "2,000". */
export const count = (value: number): string => value.toLocaleString('en-US');

/** "1 event", "2,000 events". */
export const counted = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

const USUAL_COLUMNS = 80;

/** How long a line may be on the terminal; `null`: the output is none, and programs read its lines. */
export const terminalColumns = (): number | null =>
  process.stdout.isTTY ? process.stdout.columns || USUAL_COLUMNS : null;

/** Labels in one column, what they say in the next. */
export const printRow = (label: string, text: string): void => {
  process.stdout.write(`${label.padEnd(12)}${printable(text)}\n`);
};

const BAR = 24;

const barOf = (percent: number): string => {
  const bar = '█'.repeat(Math.round((percent / 100) * BAR)).padEnd(BAR, '░');
  return `${bar} ${String(percent).padStart(3)} %  `;
};

/** How far a long work is, on a line that a terminal shows growing, and that `clear` takes away. A pipe has none of it. */
export const progressOf = (label: string) => {
  const showBar = (events: number, bar: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${label.padEnd(12)}${bar}${counted(events, 'event')}`);
  };
  return {
    /** `of`: how many there are, where that is known. */
    show: (events: number, of?: number): void => {
      const percent = of === 0 ? 100 : Math.floor((100 * events) / (of ?? 1));
      showBar(events, of === undefined ? '' : barOf(percent));
    },
    showPercent: (events: number, percent: number): void => showBar(events, barOf(percent)),
    clear: (): void => {
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    },
  };
};
