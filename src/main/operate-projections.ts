import { projections } from '../../projections/index.js';
import { earlierVersions } from '../../projections/runtime/earlier-versions.js';
import { projectionNamed } from '../../projections/runtime/operations.js';
import type { Projection } from '../../projections/runtime/projection.js';
import {
  dropBuilt,
  dropVersion,
  promoteBuilt,
  type RebuildOptions,
  type Rebuilt,
  rebuild,
} from '../../projections/runtime/rebuild.js';
import { type ProjectionStatus, percentOf, projectionStatus } from '../../projections/runtime/status.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { findInstallation } from './installation.js';
import { onInterrupt } from './interrupt.js';
import { counted, printRow, progressOf } from './output.js';
import { statusTable } from './status-table.js';
import type { Storage } from './storage.js';

/** Opens the storage for an operator's command, which an interrupt ends between two batches. */
const operate = async (
  work: (storage: Storage, options: Omit<RebuildOptions, 'onProgress'>) => Promise<void>,
): Promise<void> => {
  const { openStorage } = await findInstallation(process.env);
  const storage = await openStorage();
  const stop = new AbortController();
  onInterrupt(() => stop.abort(new AppError(ErrorCode.UNAVAILABLE, 'Stopped before the end.')));
  try {
    const connection = storage.connection('projector');
    await work(storage, { ledger: storage.ledger, connection, signal: stop.signal });
  } finally {
    await storage.close();
  }
};

/**
 * `ledgerline projections rebuild [name]`: fills new tables from the ledger, and switches to them (`hold`: leaves them
 * beside the live ones). Reads and writes go on.
 */
export const rebuildProjections = async (
  name: string | undefined,
  { hold = false }: { readonly hold?: boolean } = {},
): Promise<void> => {
  const wanted = name === undefined ? projections : [projectionNamed(projections, name)];
  await operate(async ({ ledger }, options) => {
    for (const projection of wanted) {
      const startedAtMs = performance.now();
      const built = await rebuildShown(projection, await ledger.store.head(), { ...options, hold });
      const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
      const state = hold ? ', beside the live one' : '';
      const events = counted(built.events, 'event');
      printRow(projection.name, `${events} in ${seconds} s, generation ${built.generation}${state}`);
    }
  });
};

/** `head`: the ledger's end when it began. */
const rebuildShown = async (
  projection: Projection,
  head: string | undefined,
  options: RebuildOptions,
): Promise<Rebuilt> => {
  const progress = progressOf(projection.name);
  const onProgress = (events: number, position: string) =>
    progress.showPercent(events, percentOf(position, head));
  try {
    return await rebuild(projection, { ...options, onProgress });
  } finally {
    progress.clear();
  }
};

/** `ledgerline projections promote [name]`: switches to what `rebuild --hold` left, with what came since. */
export const promoteProjections = (name: string | undefined): Promise<void> =>
  operate(async (storage, options) => {
    for (const projection of await heldOrNamed(name, storage)) {
      const generation = await promoteBuilt(projection, options);
      printRow(projection.name, `generation ${generation} is live`);
    }
  });

/**
 * `ledgerline projections drop [name]`: drops what a rebuild left beside the live generation; `earlier`: what is left of
 * that version.
 */
export const dropProjections = async (
  name: string | undefined,
  { earlier }: { readonly earlier?: string },
): Promise<void> => {
  if (earlier !== undefined) return dropEarlierVersion(name, versionOf(earlier));
  await operate(async (storage, options) => {
    for (const projection of await heldOrNamed(name, storage)) {
      const generation = await dropBuilt(projection, options);
      printRow(projection.name, `generation ${generation} is dropped`);
    }
  });
};

const dropEarlierVersion = async (name: string | undefined, version: number): Promise<void> => {
  if (name === undefined) {
    throw new AppError(
      ErrorCode.BAD_USER_INPUT,
      'Say whose: ledgerline projections drop <name> --earlier 1.',
    );
  }
  const projection = projectionNamed(projections, name);
  await operate(async (_, options) => {
    await dropVersion(projection, version, options);
    printRow(name, `version ${version} is dropped`);
  });
};

/** Throws `NOT_FOUND` for an unknown name, and where it's absent and nothing is held. */
const heldOrNamed = async (name: string | undefined, storage: Storage): Promise<readonly Projection[]> => {
  if (name !== undefined) return [projectionNamed(projections, name)];
  const connection = storage.connection('operator');
  const rows = await projectionStatus(projections, { ledger: storage.ledger, connection });
  const isBuilt = (row: ProjectionStatus): boolean => row.state === 'building' && row.isHeld;
  const built = new Set(rows.filter(isBuilt).map((row) => row.name));
  const held = projections.filter((projection) => built.has(projection.name));
  if (held.length > 0) return held;
  throw new AppError(
    ErrorCode.NOT_FOUND,
    'No projection has a generation beside the live one; "rebuild --hold" makes one.',
  );
};

const versionOf = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new AppError(ErrorCode.BAD_USER_INPUT, `--earlier must be a version, as 1, not "${text}".`);
};

/** `ledgerline projections status`: how far each one is, and what it leaves out. */
export const showProjections = (): Promise<void> =>
  operate(async (storage, { ledger }) => {
    const rows = await projectionStatus(projections, { ledger, connection: storage.connection('operator') });
    process.stdout.write(`${statusTable(rows)}\n`);
    for (const { name, version } of await earlierVersions(projections, storage.connection('operator'))) {
      const drop = `ledgerline projections drop ${name} --earlier ${version}`;
      process.stdout.write(`  ${name} has version ${version} still, for processes from before: ${drop}\n`);
    }
  });
