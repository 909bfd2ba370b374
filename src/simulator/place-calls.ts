import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallReport } from './call-report.js';
import { type Spread, spreadOf } from './measures.js';
import { type PlaceCallOptions, placeCall } from './place-call.js';

export interface PlaceCallsOptions
  extends Omit<PlaceCallOptions, 'from' | 'callSid' | 'recordTo' | 'onEvent'> {
  readonly calls: number;
  /** So many at a time. */
  readonly concurrency: number;
  /** Between the first calls that are up together; absent: 13 ms. */
  readonly startEveryMs?: number;
  /** Absent: every call has a number of its own. */
  readonly from?: string;
  /** The file of the call with this number, from 1. */
  readonly recordTo?: (call: number) => string;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly finished: number;
  readonly active: number;
  /** Of the finished ones. */
  readonly failed: number;
}

export interface CallsReport {
  /** In the order in which they were placed. */
  readonly calls: readonly CallReport[];
  readonly failed: number;
  /** So many were up at the same time. */
  readonly peak: number;
  readonly tookMs: number;
  readonly greetings: Spread | null;
  /** Of all turns of all calls, as are the interruptions. */
  readonly responses: Spread | null;
  readonly interruptions: Spread | null;
  readonly underruns: number;
  readonly callsWithUnderruns: number;
  readonly generator: {
    /** The worst call's. */
    readonly lateP99Ms: number;
    readonly lateMaxMs: number;
    /** Of one core. */
    readonly cpuPercent: number;
  };
  readonly ok: boolean;
}

/** At once they would all beat at the same moment, and no network brings calls so: this spreads them over the 20 ms. */
const START_EVERY_MS = 13;

/** Places many calls, each as `placeCall` does. */
export const placeCalls = async (options: PlaceCallsOptions): Promise<CallsReport> => {
  const { calls, concurrency, startEveryMs = START_EVERY_MS, onProgress, signal } = options;
  // Each call under way listens to it.
  if (signal) setMaxListeners(0, signal);
  const reports: CallReport[] = [];
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  let next = 0;
  let active = 0;
  let peak = 0;
  let failed = 0;
  let finished = 0;

  const work = async (worker: number): Promise<void> => {
    await sleep(worker * startEveryMs, undefined, { ...(signal && { signal }) }).catch(() => undefined);
    while (next < calls && !signal?.aborted) {
      const call = next++;
      active++;
      peak = Math.max(peak, active);
      onProgress?.({ finished, active, failed });
      const report = await placeCall(callOptions(options, call));
      reports[call] = report;
      active--;
      finished++;
      if (!report.ok) failed++;
      onProgress?.({ finished, active, failed });
    }
  };
  await Promise.all(Array.from({ length: Math.min(calls, concurrency) }, (_, worker) => work(worker)));

  const tookMs = performance.now() - startedMs;
  const cpu = process.cpuUsage(cpuBefore);
  const cpuPercent = ((cpu.user + cpu.system) / 1000 / tookMs) * 100;
  return { calls: reports, failed, peak, tookMs, ...totalsOf(reports, cpuPercent), ok: failed === 0 };
};

const callOptions = (
  { calls, concurrency, startEveryMs, from, recordTo, onProgress, ...common }: PlaceCallsOptions,
  call: number,
): PlaceCallOptions => ({
  ...common,
  from: from ?? fictionalNumber(call),
  ...(recordTo && { recordTo: recordTo(call + 1) }),
});

/** 555-0100 to 555-0199 belong to nobody, in every area: a hundred numbers each. */
const fictionalNumber = (n: number): string =>
  `+1${201 + (Math.floor(n / 100) % 700)}55501${String(n % 100).padStart(2, '0')}`;

const totalsOf = (calls: readonly CallReport[], cpuPercent: number) => ({
  greetings: spreadOf(calls.map(({ greetingMs }) => greetingMs)),
  responses: spreadOf(
    calls.flatMap(({ turns }) =>
      turns.map(({ kind, responseMs }) => (kind === 'speech' ? responseMs : null)),
    ),
  ),
  interruptions: spreadOf(calls.flatMap(({ turns }) => turns.map(({ interruptionMs }) => interruptionMs))),
  underruns: calls.reduce((sum, { underruns }) => sum + underruns.length, 0),
  callsWithUnderruns: calls.filter(({ underruns }) => underruns.length > 0).length,
  generator: {
    lateP99Ms: Math.max(0, ...calls.map(({ generator }) => generator.lateP99Ms)),
    lateMaxMs: Math.max(0, ...calls.map(({ generator }) => generator.lateMaxMs)),
    cpuPercent,
  },
});
