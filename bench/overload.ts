import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../src/client/api-client.js';
import type { CallReport } from '../src/simulator/call-report.js';
import { placeCall } from '../src/simulator/place-call.js';
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
import { round } from './support/measures.js';

/** What one core is to hold. */
const DEFAULT_CAPACITY = 200;
const UNLOADED_SHARE = 0.1;
/** Fewer have too few turns for a percentile. */
const MIN_UNLOADED = 10;
const SETTLE_MS = 10_000;
const WINDOW_MS = 20_000;
/** While it's measured, somebody more calls so often. */
const CALLS_EVERY_MS = 100;
/** An own share of a millisecond or two is the clock's grain: no load is twice as slow as that. */
const GRAIN_MS = 2;
const MAX_RATIO = 2;

interface Phase {
  readonly server: ServerWindow;
  readonly calls: readonly CallReport[];
  readonly ownP99Ms: number;
}

/**
 * Offers twice the capacity: no call may fail, and those that are taken must have no underrun, and an own share within twice
 * that of a platform that has little to do. The argument is the capacity, in calls.
 */
export const benchOverload = ([argument]: readonly string[]): Promise<object> => {
  const capacity = argument === undefined ? DEFAULT_CAPACITY : Number(argument);
  return withServer({ limits: {} }, async (server) => {
    const client = await setUp(server);
    const few = Math.max(MIN_UNLOADED, Math.round(capacity * UNLOADED_SHARE));
    console.log(`One process${canPin ? ', pinned to one core' : ''}: ${few} calls, then ${2 * capacity}.`);
    const control = await controlLag(server);
    const unloaded = await runPhase(server, client, few, false);
    const loaded = await runPhase(server, client, 2 * capacity, true);
    for (const line of failuresOf(loaded)) console.log(line);
    return { controlLagP99Ms: round(control), ...figures(unloaded, loaded) };
  });
};

/** The calls come up, and are measured while they talk; `more`: others try to get in meanwhile. */
const runPhase = async (server: Server, client: ApiClient, calls: number, more: boolean): Promise<Phase> => {
  const stop = new AbortController();
  const { signal } = stop;
  const startedAt = new Date().toISOString();
  const call = { platformUrl: server.url, authToken: server.authToken, to: NUMBER, scenario, signal };
  const placed = placeCalls({ ...call, calls, concurrency: calls });
  await sleep(SETTLE_MS);
  server.process.send('reset');
  const fromMs = Date.now();
  const late: Promise<CallReport>[] = [];
  for (const endMs = fromMs + WINDOW_MS; Date.now() < endMs; ) {
    if (more) late.push(placeCall({ ...call, from: lateCaller(late.length) }));
    await sleep(CALLS_EVERY_MS);
  }
  const window = await ask(server);
  const toMs = Date.now();
  stop.abort();
  const report: CallsReport = await placed;
  const all = [...report.calls, ...(await Promise.all(late))];
  return { server: window, calls: all, ownP99Ms: await ownShareP99(client, startedAt, { fromMs, toMs }) };
};

const lateCaller = (n: number): string => `+1901555${String(n).padStart(4, '0')}`;

/** Who hung up before the platform had answered, as all do at the end, counts for nothing. */
const hasFailed = ({ outcome, endedBy }: CallReport): boolean => outcome === 'failed' && endedBy !== 'caller';

/** Why calls failed, and how many for each reason: a caller who isn't taken should hear that it's busy. */
const failuresOf = ({ calls }: Phase): readonly string[] => {
  const reasons = calls.filter(hasFailed).map(({ errors }) => errors.join(' ') || 'no reason told');
  return [...new Set(reasons)].map(
    (reason) => `${reasons.filter((one) => one === reason).length} failed: ${reason}`,
  );
};

const figures = (unloaded: Phase, loaded: Phase): object => {
  const taken = loaded.calls.filter(({ streams }) => streams.length > 0);
  const underruns = taken.reduce((sum, call) => sum + call.underruns.length, 0);
  const failed = loaded.calls.filter(hasFailed).length;
  const ratio = Math.max(GRAIN_MS, loaded.ownP99Ms) / Math.max(GRAIN_MS, unloaded.ownP99Ms);
  return {
    pinned: canPin,
    offered: loaded.calls.length,
    taken: taken.length,
    heardBusy: loaded.calls.filter(({ outcome }) => outcome === 'rejected').length,
    failed,
    underruns,
    ownShareP99Ms: round(loaded.ownP99Ms),
    unloadedOwnShareP99Ms: round(unloaded.ownP99Ms),
    ratio: round(ratio),
    cpuPercent: Math.round(loaded.server.cpuPercent),
    loopLagP99Ms: round(loaded.server.loopLagP99Ms),
    frameAgeP99Ms: round(loaded.server.frameAgeP99Ms),
    generatorLateP99Ms: round(Math.max(0, ...taken.map(({ generator }) => generator.lateP99Ms))),
    passes: underruns === 0 && failed === 0 && ratio <= MAX_RATIO,
  };
};
