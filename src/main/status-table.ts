import type { ProjectionStatus } from '../../projections/runtime/status.js';
import { count, counted } from './output.js';
import { printable } from './printable.js';

const HEADER = ['name', 'tables', 'state', 'position', 'behind', 'for', 'batch', 'left out'];

/** A row a generation, no wider than a terminal, and beneath them what needs somebody: what waits, was passed or is parked. */
export const statusTable = (rows: readonly ProjectionStatus[]): string => {
  const cells = [HEADER, ...rows.map(statusRow)];
  const widths = HEADER.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  const lines = cells.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const parked = rows.flatMap(({ name, parked: streams }) =>
    streams.map(
      ({ stream, position, error }) =>
        `  ${name} leaves out ${stream} from ${position} on: ${printable(error)}`,
    ),
  );
  // Mostly all of them wait for the same.
  const waiting = new Set(rows.flatMap(({ waitsFor }) => (waitsFor ? [`  Waiting: ${waitsFor}`] : [])));
  const skipped = rows.flatMap(({ name, skippedEvents }) =>
    skippedEvents === 0
      ? []
      : [
          `  ${name} passed ${counted(skippedEvents, 'event')} of types that the program didn't know: rebuild it with one that does.`,
        ],
  );
  return [...lines, ...waiting, ...skipped, ...parked].join('\n');
};

const statusRow = (row: ProjectionStatus): readonly string[] => [
  row.name,
  `v${row.version} g${row.generation}`,
  stateOf(row),
  row.position ?? '–',
  count(row.lagEvents),
  durationOf(row.lagMs),
  batchOf(row),
  leftOutOf(row),
];

/** Beside the live one stands what is held, what is being built, or what a rebuild left that was killed. */
const stateOf = ({ state, isHeld, isRebuilding }: ProjectionStatus): string => {
  if (state !== 'building') return state.replace('_', ' ');
  return isHeld ? 'held' : isRebuilding ? 'building' : 'stopped';
};

/** The greatest unit that there is more than two of, but for seconds, which are told exactly. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

const durationOf = (ms: number): string => {
  const [unit, unitMs] = UNITS.find(([, each]) => ms >= 2 * each) ?? [];
  return unitMs === undefined ? `${(ms / 1_000).toFixed(1)} s` : `${Math.floor(ms / unitMs)} ${unit}`;
};

const batchOf = ({ batchEvents, batchMs }: ProjectionStatus): string =>
  batchEvents === null || batchMs === null ? '–' : `${batchEvents} in ${batchMs.toFixed(1)} ms`;

const leftOutOf = ({ skippedEvents, parked }: ProjectionStatus): string => {
  const skipped = skippedEvents === 0 ? [] : [counted(skippedEvents, 'event')];
  const streams = parked.length === 0 ? [] : [counted(parked.length, 'stream')];
  return [...skipped, ...streams].join(', ') || '–';
};
