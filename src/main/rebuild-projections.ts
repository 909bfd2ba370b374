import { projections } from '../../projections/index.js';
import type { Projection } from '../../projections/runtime/projection.js';
import { rebuild } from '../../projections/runtime/rebuild.js';
import { AppError, ErrorCode } from '../domain/errors.js';
import { onInterrupt } from './interrupt.js';
import { openInstallation } from './run.js';

/** Throws `NOT_FOUND` naming those that there are. */
const named = (name: string | undefined): readonly Projection[] => {
  if (name === undefined) return projections;
  const found = projections.filter((projection) => projection.name === name);
  if (found.length > 0) return found;
  const known = projections.map((projection) => projection.name).join(', ');
  throw new AppError(ErrorCode.NOT_FOUND, `There is no projection "${name}"; there are ${known}.`);
};

/** `ledgerline projections rebuild [name]`: fills new tables from the ledger, and switches to them. Reads go on. */
export const rebuildProjections = async (name: string | undefined): Promise<void> => {
  const wanted = named(name);
  const { openStorage } = await openInstallation(process.env);
  const storage = await openStorage();
  const stop = new AbortController();
  onInterrupt(() => stop.abort());
  try {
    for (const projection of wanted) {
      const startedAtMs = performance.now();
      const progress = progressLine(projection.name);
      const { events, generation } = await rebuild(projection, {
        ledger: storage.ledger,
        connection: storage.connection('projector'),
        signal: stop.signal,
        onProgress: progress.show,
      });
      const seconds = (performance.now() - startedAtMs) / 1_000;
      progress.end(`${count(events)} events in ${seconds.toFixed(1)} s, generation ${generation}`);
    }
  } finally {
    await storage.close();
  }
};

const count = (value: number): string => value.toLocaleString('en-US');

/** One line a projection, which a terminal shows growing. */
const progressLine = (name: string) => {
  const line = (text: string) => `${name.padEnd(12)}${text}`;
  return {
    show: (events: number) => {
      if (process.stdout.isTTY) process.stdout.write(`\r${line(`${count(events)} events`)}`);
    },
    end: (text: string) => {
      process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}${line(text)}\n`);
    },
  };
};
