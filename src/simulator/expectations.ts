import type { CallReport } from './call-report.js';
import type { Expectations } from './scenario.js';

export interface ExpectationResult {
  readonly name: string;
  readonly ok: boolean;
  readonly expected: string;
  readonly actual: string;
}

export type Measured = Omit<CallReport, 'expectations' | 'ok'>;

type Range = Exclude<Expectations['agentUtterances'], undefined>;

/**
 * Whether the call is what its scenario expects. Of every call it's expected that it completes without errors, that nobody
 * waits in vain, and that the caller gets to its last step, unless the scenario says otherwise.
 */
export const checkExpectations = (
  report: Measured,
  expect: Expectations = {},
): readonly ExpectationResult[] => {
  const { outcome = 'completed', unanswered = 0 } = expect;
  const interrupted = report.turns.filter(({ interruptionMs }) => interruptionMs !== null).length;
  const results = [
    equal('outcome', outcome, report.outcome),
    outcome !== 'failed' && none('errors', report.errors),
    outcome === 'completed' &&
      expect.endedBy !== 'platform' &&
      equal('steps done', report.steps, report.stepsDone),
    expect.endedBy !== undefined && equal('ended by', expect.endedBy, report.endedBy),
    expect.says !== undefined && contains('says', expect.says, report.says.join(' ')),
    atMost('unanswered', unanswered, report.unanswered, ''),
    within('agent utterances', expect.agentUtterances, report.agent.length),
    within('interruptions', expect.interruptions, interrupted),
    within('media streams', expect.mediaStreams, report.streams.length),
    atMost('greeting', expect.greetingMs, report.greetingMs),
    atMost('response p50', expect.responseP50Ms, report.responses?.p50),
    atMost('response p95', expect.responseP95Ms, report.responses?.p95),
    atMost('response max', expect.responseMaxMs, report.responses?.max),
    atMost('interruption max', expect.interruptionMaxMs, report.interruptions?.max),
    atMost('underruns', expect.underruns, report.underruns.length, ''),
    atMost('duration', expect.durationMs, report.durationMs),
  ];
  return results.filter((result) => result !== false && result !== null);
};

const equal = (
  name: string,
  expected: string | number,
  actual: string | number | null,
): ExpectationResult => ({
  name,
  ok: expected === actual,
  expected: String(expected),
  actual: String(actual ?? 'nobody'),
});

const none = (name: string, found: readonly string[]): ExpectationResult => ({
  name,
  ok: found.length === 0,
  expected: 'none',
  actual: String(found.length),
});

const contains = (name: string, expected: string, actual: string): ExpectationResult => ({
  name,
  ok: actual.includes(expected),
  expected: JSON.stringify(expected),
  actual: JSON.stringify(actual),
});

/** What wasn't measured isn't met: a call without answers has no response times. */
const atMost = (
  name: string,
  most: number | undefined,
  actual: number | null | undefined,
  unit = ' ms',
): ExpectationResult | null =>
  most === undefined
    ? null
    : {
        name,
        ok: typeof actual === 'number' && actual <= most,
        expected: `at most ${most}${unit}`,
        actual: typeof actual === 'number' ? `${Math.round(actual)}${unit}` : 'not measured',
      };

const within = (name: string, range: Range | undefined, actual: number): ExpectationResult | null => {
  if (range === undefined) return null;
  const { min = 0, max = Number.POSITIVE_INFINITY } =
    typeof range === 'number' ? { min: range, max: range } : range;
  const upTo = max === Number.POSITIVE_INFINITY ? `${min} or more` : `${min} to ${max}`;
  return {
    name,
    ok: actual >= min && actual <= max,
    expected: min === max ? String(min) : upTo,
    actual: String(actual),
  };
};
