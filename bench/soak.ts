import { setTimeout as sleep } from 'node:timers/promises';
import { type Progress, placeCalls } from '../src/simulator/place-calls.js';
import { askMemory, canPin, NUMBER, type Server, scenario, setUp, withServer } from './support/calls-run.js';
import type { ServerMemory } from './support/calls-server.js';
import { median, round } from './support/measures.js';
import { numberOption } from './support/options.js';

const CALLS = 50;
const DEFAULT_MINUTES = 30;
/** By then caches are filled and all code has run: what grows from here on, leaks. */
const WARM_AFTER_MINUTES = 5;
const MAX_GROWTH_MB = 10;
/** What a busy machine costs a call isn't measured here; calls that fail all the time are no load. */
const MAX_FAILED_SHARE = 0.05;
const MINUTE_MS = 60_000;
/** Around a minute's end: calls come and go, and what one collection finds differs by a megabyte or two. */
const SAMPLES = 7;
const SAMPLE_EVERY_MS = 3_000;

/** What the platform held at the end of a minute: the median of its samples. */
interface Minute {
  readonly minute: number;
  readonly heapMb: number;
  readonly externalMb: number;
  readonly totalMb: number;
}

/**
 * Holds 50 calls for a while, each followed by the next, and compares what the platform holds after a collection: minute 5
 * with the last one; minute 1, where there are 5 minutes or less. `--minutes`: 30 where nothing is said. Fails the process
 * where it grew by more than 10 MB, and where calls failed.
 */
export const benchSoak = (arguments_: readonly string[]): Promise<object> => {
  const minutes = numberOption(arguments_, 'minutes', DEFAULT_MINUTES);
  // So many calls are asked for: none may be refused.
  const limits = { MAX_LOOP_LAG_MS: '0', MAX_CPU_PERCENT: '0' };
  return withServer({ limits, nodeFlags: ['--expose-gc'] }, (server) => soak(server, minutes));
};

const soak = async (server: Server, minutes: number): Promise<object> => {
  await setUp(server);
  console.log(`${CALLS} calls for ${minutes} minutes${canPin ? ', the platform pinned to one core' : ''}.`);
  const stop = new AbortController();
  let progress: Progress = { finished: 0, active: 0, failed: 0 };
  const placed = placeCalls({
    platformUrl: server.url,
    authToken: server.authToken,
    to: NUMBER,
    scenario,
    calls: Number.MAX_SAFE_INTEGER,
    concurrency: CALLS,
    signal: stop.signal,
    onProgress: (next) => {
      progress = next;
    },
  });
  const startedMs = performance.now();
  const held: Minute[] = [];
  for (let minute = 1; minute <= minutes; minute++) {
    held.push(await measureMinute(server, minute, startedMs + minute * MINUTE_MS));
    showProgress(held.at(-1), minutes, progress);
  }
  const { finished, failed } = progress;
  stop.abort();
  await placed;
  return figures(held, { minutes, finished, failed });
};

const measureMinute = async (server: Server, minute: number, endMs: number): Promise<Minute> => {
  await sleep(Math.max(0, endMs - SAMPLES * SAMPLE_EVERY_MS - performance.now()));
  const samples: ServerMemory[] = [];
  while (samples.length < SAMPLES) {
    samples.push(await askMemory(server));
    await sleep(SAMPLE_EVERY_MS);
  }
  const mb = (bytes: (sample: ServerMemory) => number) => median(samples.map(bytes)) / 1e6;
  return {
    minute,
    heapMb: round(mb(({ heapBytes }) => heapBytes)),
    externalMb: round(mb(({ externalBytes }) => externalBytes)),
    totalMb: round(mb(({ heapBytes, externalBytes }) => heapBytes + externalBytes)),
  };
};

const showProgress = (at: Minute | undefined, minutes: number, { finished }: Progress): void => {
  if (!at) return;
  const { minute, heapMb, externalMb } = at;
  const line = `minute ${minute} of ${minutes}: ${finished} calls done, heap ${heapMb} MB, external ${externalMb} MB`;
  if (!process.stdout.isTTY) return console.log(line);
  process.stdout.write(`\r\u001b[K${line}${minute === minutes ? '\n' : ''}`);
};

const figures = (
  held: readonly Minute[],
  { minutes, finished, failed }: { minutes: number; finished: number; failed: number },
): object => {
  const from = held[(minutes > WARM_AFTER_MINUTES ? WARM_AFTER_MINUTES : 1) - 1];
  const to = held.at(-1);
  const grownMb = round((to?.totalMb ?? Number.NaN) - (from?.totalMb ?? Number.NaN));
  const passes = grownMb <= MAX_GROWTH_MB && finished > 0 && failed <= MAX_FAILED_SHARE * finished;
  if (!passes) process.exitCode = 1;
  const totalMb = held.map((minute) => minute.totalMb);
  return { pinned: canPin, calls: CALLS, minutes, finished, failed, from, to, totalMb, grownMb, passes };
};
