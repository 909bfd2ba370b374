import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { planCall } from './call-plan.js';
import { type BrokenCall, simulateCall } from './simulate.js';
import { SimulatedCall } from './simulated-call.js';
import { timeLine } from './time-line.js';
import type { Share, ShareProgress } from './worker.js';

const USAGE = `Usage: npm run simulate:calls -- [--calls <how many>] [--seed <number>] [--call <number>]

Plays random calls under a virtual clock, and holds each to the invariants.
  --calls   10000, where nothing is said
  --seed    the same seed makes the same calls; random, where nothing is said
  --call    only this one, with all that happened in it`;

const numberOf = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new RangeError(`--${name} must be a whole number from 0 to 999999999, and is "${text}".`);
};

const read = () => {
  const { values } = parseArgs({
    options: { calls: { type: 'string' }, seed: { type: 'string' }, call: { type: 'string' } },
  });
  return {
    calls: numberOf('calls', values.calls) ?? 10_000,
    seed: numberOf('seed', values.seed) ?? Date.now() % 1_000_000,
    call: numberOf('call', values.call),
  };
};

/** One call, as it went. Returns whether all holds. */
const showCall = (seed: number, number: number): boolean => {
  const problem = simulateCall(seed, number);
  if (problem) console.log(problem.report);
  else console.log([...timeLine(new SimulatedCall(planCall(seed, number)).run()), 'All holds.'].join('\n'));
  return problem === null;
};

/** In as many threads as there are cores. */
const simulateAll = async (
  seed: number,
  calls: number,
  onProgress: (done: number) => void,
): Promise<readonly BrokenCall[]> => {
  const broken: BrokenCall[] = [];
  let done = 0;
  const step = availableParallelism();
  const share = (first: number) =>
    new Promise<void>((resolve, reject) => {
      const workerData: Share = { seed, first, step, calls };
      const worker = new Worker(new URL('worker.js', import.meta.url), { workerData });
      worker.on('message', (progress: ShareProgress) => {
        done += progress.done;
        broken.push(...progress.broken);
        onProgress(done);
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve());
    });
  await Promise.all(Array.from({ length: step }, (_, first) => share(first)));
  return broken.sort((a, b) => a.number - b.number);
};

const SHOWN = 3;

const showAll = async (seed: number, calls: number): Promise<boolean> => {
  const startedAtMs = performance.now();
  const progress = (done: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${calls} calls`);
  };
  const broken = await simulateAll(seed, calls, progress);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  for (const { report } of broken.slice(0, SHOWN)) console.log(`${report}\n`);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  console.log(
    `${calls} calls of seed ${seed} in ${seconds.toFixed(1)} s: ` +
      (broken.length === 0
        ? 'all invariants hold.'
        : `${broken.length} broke one: ${broken.map(({ number }) => number).join(' ')}.`),
  );
  return broken.length === 0;
};

const main = async (): Promise<void> => {
  try {
    const { calls, seed, call } = read();
    const holds = call === undefined ? await showAll(seed, calls) : showCall(seed, call);
    process.exitCode = holds ? 0 : 1;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
  }
};

await main();
