import type { Storage } from '../src/main/storage.js';
import { type AppendLoad, type AppendTimes, runAppendLoad, withNaiveTable } from './support/append-load.js';
import { withBenchStorage } from './support/bench-storage.js';
import { fillWithCalls, readRate } from './support/filled-ledger.js';
import { count, median, percentile, round, table } from './support/measures.js';
import { numberOption } from './support/options.js';
import { Worker } from './support/worker.js';

const RUN_MS = 4_000;
const ROUNDS = 3;
const STREAMS = 16;
const NAIVE_CONNECTIONS = 8;
const READ_EVENTS = 100_000;

type Kind = AppendLoad['kind'];

interface Figures {
  readonly appendsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const figuresOf = (parts: readonly AppendTimes[]): Figures => {
  const latenciesMs = parts.flatMap((part) => part.latenciesMs);
  return {
    appendsPerSecond: latenciesMs.length / Math.max(...parts.map(({ seconds }) => seconds)),
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
  };
};

/** This process alone, or several others: each has its share of the streams and of the naive connections. */
class Appenders {
  readonly #storage: Storage;
  readonly #workers: readonly Worker<AppendLoad, AppendTimes>[];

  private constructor(storage: Storage, workers: readonly Worker<AppendLoad, AppendTimes>[]) {
    this.#storage = storage;
    this.#workers = workers;
  }

  static async start(storage: Storage, processes: number): Promise<Appenders> {
    const start = () => Worker.start<AppendLoad, AppendTimes>('append-worker.js');
    return new Appenders(storage, await Promise.all(Array.from({ length: processes }, start)));
  }

  /** `streams` and `connections` in all. */
  async run(
    kind: Kind,
    streams: number,
    { events = 1, connections = NAIVE_CONNECTIONS } = {},
  ): Promise<Figures> {
    const connection = this.#storage.connection(kind === 'ledger' ? 'ledger' : 'projector');
    const load = { kind, streams, events, runMs: RUN_MS, connections, connection };
    const run = async () => figuresOf(await this.#share(load));
    return kind === 'ledger' ? run() : withNaiveTable(connection, run);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  async #share(load: AppendLoad): Promise<readonly AppendTimes[]> {
    const shares = this.#workers.length;
    if (shares === 0) return [await runAppendLoad(load)];
    const connections = Math.ceil(load.connections / shares);
    return Promise.all(
      this.#workers.map((worker, at) =>
        worker.run({ ...load, connections, streams: Math.floor((load.streams + at) / shares) }),
      ),
    );
  }
}

const medianOf = (runs: readonly Figures[]): Figures => {
  const sorted = runs.toSorted((a, b) => a.appendsPerSecond - b.appendsPerSecond);
  return sorted[Math.floor(sorted.length / 2)] as Figures;
};

type Compared = Readonly<Record<Kind, Figures>>;

/** In turns, and the median of each: what the machine does to one, it does to the other. `times`: so often 16 streams. */
const compare = async (appenders: Appenders, times = 1): Promise<Compared> => {
  const connections = NAIVE_CONNECTIONS * times;
  const runs: Record<Kind, Figures[]> = { naive: [], prepared: [], ledger: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ['naive', 'prepared', 'ledger'] as const) {
      runs[kind].push(await appenders.run(kind, STREAMS * times, { connections }));
    }
  }
  return { naive: medianOf(runs.naive), prepared: medianOf(runs.prepared), ledger: medianOf(runs.ledger) };
};

interface ReadRates {
  readonly raw: number;
  readonly decoded: number;
}

/** Fills the ledger with real calls, encrypted, and reads it to its end: as bytes, and as domain events. In turns, as above. */
const readAll = async ({ ledger }: Storage): Promise<ReadRates> => {
  const from = await ledger.store.head();
  await fillWithCalls(ledger, READ_EVENTS);
  const start = from === undefined ? {} : { from };
  const rates: ReadRates[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const raw = await readRate(ledger.store.readAll(start));
    rates.push({ raw, decoded: await readRate(ledger.readAll(start)) });
  }
  return { raw: median(rates.map(({ raw }) => raw)), decoded: median(rates.map(({ decoded }) => decoded)) };
};

const row = (name: string, { appendsPerSecond, p50Ms, p99Ms }: Figures, events = 1): string[] => [
  name,
  count(appendsPerSecond),
  count(appendsPerSecond * events),
  p50Ms.toFixed(2),
  p99Ms.toFixed(2),
];

const HEADER = ['', 'appends/s', 'events/s', 'p50 ms', 'p99 ms'];

const shape = ({ appendsPerSecond, p50Ms, p99Ms }: Figures) => ({
  appendsPerSecond: Math.round(appendsPerSecond),
  p50Ms: round(p50Ms),
  p99Ms: round(p99Ms),
});

const ratios = ({ naive, prepared, ledger }: Compared) => ({
  naive16: shape(naive),
  naivePrepared16: shape(prepared),
  streams16: shape(ledger),
  ratioToNaiveAt16: round(ledger.appendsPerSecond / naive.appendsPerSecond),
  ratioToPreparedAt16: round(ledger.appendsPerSecond / prepared.appendsPerSecond),
});

const comparedRows = ({ naive, prepared, ledger }: Compared, streams = `${STREAMS} streams`): string[][] => [
  row(`naive insert, ${streams}`, naive),
  row('the same, prepared', prepared),
  row(`append, ${streams}`, ledger),
];

/**
 * Appends and reads of the PostgreSQL ledger, beside a naive insert in the same run. `--processes 3`: so many processes
 * append, and insert naively, at 16 streams and 8 connections each, and then at so many in all.
 */
export const benchLedger = (arguments_: readonly string[]): Promise<object> => {
  const processes = numberOption(arguments_, 'processes', 1);
  return withBenchStorage(async ({ storage }) => {
    const appenders = await Appenders.start(storage, processes === 1 ? 0 : processes);
    console.log(
      `Ledger on ${storage.description}, fsync on, ${processes} appending; ${RUN_MS / 1_000} s each.\n`,
    );
    try {
      await appenders.run('ledger', STREAMS);
      const figures =
        processes === 1 ? await alone(storage, appenders) : await together(appenders, processes);
      return { processes, ...figures };
    } finally {
      await appenders.stop();
    }
  });
};

const together = async (appenders: Appenders, processes: number): Promise<object> => {
  const each = await compare(appenders, processes);
  const inAll = await compare(appenders);
  console.log(
    table([
      HEADER,
      ...comparedRows(each, `${STREAMS} streams each`),
      ...comparedRows(inAll, `${STREAMS} streams in all`),
    ]),
  );
  return { ...ratios(each), inAll: ratios(inAll) };
};

/** What one process can do. */
const alone = async (storage: Storage, appenders: Appenders): Promise<object> => {
  const compared = await compare(appenders);
  const ones: Figures[] = [];
  for (let round = 0; round < ROUNDS; round++) ones.push(await appenders.run('ledger', 1));
  const one = medianOf(ones);
  const sixtyFour = await appenders.run('ledger', 64);
  const fives = await appenders.run('ledger', 64, { events: 5 });
  const read = await readAll(storage);
  console.log(
    table([
      HEADER,
      ...comparedRows(compared),
      row('append, 1 stream', one),
      row('append, 64 streams', sixtyFour),
      row('append of 5 events, 64 streams', fives, 5),
      ['read all, raw', '', count(read.raw), '', ''],
      ['read all, decoded', '', count(read.decoded), '', ''],
    ]),
  );
  return {
    ...ratios(compared),
    streams1: shape(one),
    streams64: shape(sixtyFour),
    eventsPerSecondInFives: Math.round(fives.appendsPerSecond * 5),
    readAllRawPerSecond: Math.round(read.raw),
    readAllDecodedPerSecond: Math.round(read.decoded),
  };
};
