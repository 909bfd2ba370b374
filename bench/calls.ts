import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../src/client/api-client.js';
import { AppError, ErrorCode } from '../src/domain/errors.js';
import { type CallsReport, placeCalls } from '../src/simulator/place-calls.js';
import {
  ask,
  canPin,
  controlLag,
  NUMBER,
  ownShareP99,
  type Server,
  scenario,
  setUp,
  withServer,
} from './support/calls-run.js';
import type { ServerWindow } from './support/calls-server.js';
import { type InterruptionFigures, measureInterruptions, setUpTalker } from './support/interruptions.js';
import { median, round, table } from './support/measures.js';

/** The pass rule: what a caller would notice. */
const PASS = { loopLagP99Ms: 20, frameAgeP99Ms: 20, cpuPercent: 70, ownP99Ms: 10 } as const;
const DEFAULT_STEPS = [50, 100, 150, 200, 250, 300];
const RUNS = 3;
const SETTLE_MS = 8_000;
/** A process that has just begun compiles its code beside its first calls; one that serves has done so. */
const WARM_UP = { calls: 100, ms: 40_000 } as const;
const WINDOW_MS = 20_000;

interface Step {
  readonly calls: number;
  readonly server: ServerWindow;
  readonly report: CallsReport;
  readonly ownP99Ms: number;
  readonly control: number;
  readonly passes: boolean;
}

/** So many callers at once, until they are through or told to hang up. */
const talk = (server: Server, calls: number, signal: AbortSignal): Promise<CallsReport> =>
  placeCalls({
    platformUrl: server.url,
    authToken: server.authToken,
    to: NUMBER,
    scenario,
    calls,
    concurrency: calls,
    signal,
  });

const warmUp = async (server: Server): Promise<void> => {
  const stop = new AbortController();
  const placed = talk(server, WARM_UP.calls, stop.signal);
  await sleep(WARM_UP.ms);
  stop.abort();
  await placed;
};

/** Calls come up, a window is measured while all of them talk, and they hang up. */
const runStep = async (server: Server, client: ApiClient, calls: number): Promise<Step> => {
  const control = await controlLag(server);
  const stop = new AbortController();
  const startedAt = new Date().toISOString();
  const placed = talk(server, calls, stop.signal);
  await sleep(SETTLE_MS);
  server.process.send('reset');
  const fromMs = Date.now();
  await sleep(WINDOW_MS);
  const window = await ask(server);
  const toMs = Date.now();
  stop.abort();
  const report = await placed;
  const ownP99Ms = await ownShareP99(client, startedAt, { fromMs, toMs });
  const passes =
    window.sessions === calls &&
    window.loopLagP99Ms < PASS.loopLagP99Ms &&
    window.frameAgeP99Ms < PASS.frameAgeP99Ms &&
    window.cpuPercent <= PASS.cpuPercent &&
    report.underruns === 0 &&
    ownP99Ms <= PASS.ownP99Ms;
  return { calls, server: window, report, ownP99Ms, control, passes };
};

const row = ({ calls, server, report, ownP99Ms, control, passes }: Step): string[] => [
  String(calls),
  server.cpuPercent.toFixed(0),
  server.loopLagP99Ms.toFixed(1),
  control.toFixed(1),
  server.frameAgeP99Ms.toFixed(1),
  String(report.underruns),
  ownP99Ms.toFixed(0),
  report.responses?.p50.toFixed(0) ?? '–',
  report.responses?.p95.toFixed(0) ?? '–',
  report.generator.lateP99Ms.toFixed(1),
  server.residentMb.toFixed(0),
  passes ? 'yes' : 'no',
];

const HEADER = [
  'calls',
  'CPU %',
  'lag p99',
  'control',
  'age p99',
  'underruns',
  'own p99',
  'resp p50',
  'resp p95',
  'gen late',
  'RSS MB',
  'passes',
];

/** How many calls one core holds, with sandbox providers: the most that pass in the median of three runs. */
export const benchCalls = (arguments_: readonly string[]): Promise<object> => {
  const steps = arguments_.length > 0 ? arguments_.map(callsIn) : DEFAULT_STEPS;
  // What it holds is the question: nothing may be refused.
  const limits = { MAX_LOOP_LAG_MS: '0', MAX_CPU_PERCENT: '0' };
  return withServer({ limits }, (server) => climb(server, steps));
};

const callsIn = (text: string): number => {
  const calls = Number(text);
  if (Number.isInteger(calls) && calls >= 1) return calls;
  throw new AppError(
    ErrorCode.BAD_USER_INPUT,
    `"${text}" is no number of calls: give those to be tried, as in \`npm run bench -- calls 100 200\`.`,
  );
};

const climb = async (server: Server, steps: readonly number[]): Promise<object> => {
  const client = await setUp(server);
  await setUpTalker(client);
  console.log(
    `One process${canPin ? ', pinned to one core' : ' (not pinned: there is no taskset)'}; times in ms.\n`,
  );
  await warmUp(server);
  console.log(table([HEADER]));
  const measure = async (calls: number): Promise<Step> => {
    const step = await runStep(server, client, calls);
    console.log(
      table([HEADER, row(step)])
        .split('\n')
        .at(-1),
    );
    return step;
  };
  const best = await search(steps, measure);
  const held = best?.[0]?.calls ?? 0;
  console.log('\nThe same number of callers, who interrupt:');
  const interruptions = await measureInterruptions(server, held || Math.min(...steps));
  console.log(interruptionLine(interruptions));
  return { ...(best ? figures(best) : { callsOnOneCore: 0 }), interruptions };
};

const interruptionLine = (figures: InterruptionFigures): string =>
  [
    `${figures.voice} by voice, silent after ${figures.voiceToSilenceP95Ms} ms at p95`,
    `${figures.words} by a word, silent ${figures.interimToSilenceP95Ms} ms after it`,
    `${figures.missed} missed`,
    `clear ${figures.confirmedToClearP99Ms} ms after it was certain at p99`,
  ].join('; ');

/** Up the steps until one fails; what passed last is run again, and must pass in the median. */
const search = async (
  steps: readonly number[],
  measure: (calls: number) => Promise<Step>,
): Promise<readonly Step[] | null> => {
  let passed: Step | null = null;
  for (const calls of steps) {
    const step = await measure(calls);
    if (!step.passes) break;
    passed = step;
  }
  if (!passed) return null;
  const runs = [passed];
  while (runs.length < RUNS) runs.push(await measure(passed.calls));
  if (runs.filter(({ passes }) => passes).length * 2 > RUNS) return runs;
  const { calls: tooMany } = passed;
  return search(steps.filter((calls) => calls < tooMany).slice(-1), measure);
};

const figures = (runs: readonly Step[]): object => ({
  callsOnOneCore: runs[0]?.calls,
  pinned: canPin,
  cpuPercent: Math.round(median(runs.map(({ server }) => server.cpuPercent))),
  loopLagP99Ms: round(median(runs.map(({ server }) => server.loopLagP99Ms))),
  controlLagP99Ms: round(median(runs.map(({ control }) => control))),
  frameAgeP99Ms: round(median(runs.map(({ server }) => server.frameAgeP99Ms))),
  ownShareP99Ms: round(median(runs.map(({ ownP99Ms }) => ownP99Ms))),
  underruns: runs.reduce((sum, { report }) => sum + report.underruns, 0),
  responseP50Ms: Math.round(median(runs.map(({ report }) => report.responses?.p50 ?? Number.NaN))),
  responseP95Ms: Math.round(median(runs.map(({ report }) => report.responses?.p95 ?? Number.NaN))),
});
