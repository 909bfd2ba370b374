import type { CallReport } from './call-report.js';
import type { Spread, Turn } from './measures.js';
import type { CallEvent } from './place-call.js';
import type { CallsReport } from './place-calls.js';

type Row = readonly [name: string, value: string, note?: string];

/** A call as it goes on, a line an event; `null`: nothing to tell. */
export const eventLine = (event: CallEvent, atMs: number): string | null => {
  const told = tell(event);
  return told === null ? null : `${seconds(atMs).padStart(10)}  ${told}`;
};

const tell = (event: CallEvent): string | null => {
  switch (event.type) {
    case 'stream_opened':
      return 'a media stream is up';
    case 'stream_ended':
      return `the media stream is over (${event.stream.closeCode}${event.stream.closeReason && ` ${event.stream.closeReason}`})`;
    case 'caller_started':
      return `caller  ${JSON.stringify(event.text)}`;
    case 'unanswered':
      return 'the agent said nothing for 10 s: the caller goes on';
    case 'agent_started':
      return 'agent   speaks';
    case 'agent_stopped':
      return 'agent   has finished';
    case 'agent_cut':
      return 'agent   was interrupted';
    case 'placed':
    case 'ended':
    case 'twiml':
    case 'pressed':
    case 'caller_stopped':
      return null;
  }
};

/** A call in a few lines for people. */
export const callSummary = (report: CallReport): string => {
  const { says, errors, expectations, underruns, generator, minLeadMs } = report;
  const rows: Row[] = [
    ['answered', ms(report.answeredAtMs), `the webhook took ${ms(report.webhookMs)}`],
    ['greeting', ms(report.greetingMs)],
    ['responses', spread(report.responses)],
    ['interruptions', spread(report.interruptions)],
    [
      'underruns',
      underrunsText(underruns.length),
      minLeadMs === null ? '' : `at least ${ms(minLeadMs)} ahead`,
    ],
    ['generator', lateness(generator)],
  ];
  return [
    `${report.scenario}: ${endText(report)}`,
    ...(report.answeredAtMs === null ? [] : table(rows)),
    ...report.turns.map(turnLine),
    ...says.map((text) => `  the platform said ${JSON.stringify(text)}`),
    ...warningsOf(report).map((warning) => `  warning: ${warning}`),
    ...errors.map((error) => `  error: ${error}`),
    ...table(
      expectations
        .filter(({ ok }) => !ok)
        .map(({ name, expected, actual }) => ['FAILED', name, `${actual}; expected: ${expected}`]),
    ),
    report.ok ? `  ok: ${expectations.length} expectations are met` : '  not ok',
  ].join('\n');
};

/** Many calls in a few lines for people. */
export const callsSummary = (report: CallsReport): string => {
  const { calls, failed, peak, tookMs, generator, underruns, callsWithUnderruns } = report;
  const rows: Row[] = [
    ['greeting', spread(report.greetings)],
    ['responses', spread(report.responses)],
    ['interruptions', spread(report.interruptions)],
    ['underruns', underrunsText(underruns), underruns === 0 ? '' : `in ${callsWithUnderruns} calls`],
    ['generator', lateness(generator), `${generator.cpuPercent.toFixed(0)} % of a core`],
  ];
  return [
    `${calls.length} calls, ${peak} at a time, in ${seconds(tookMs)}: ${failed === 0 ? 'all as expected' : `${failed} not as expected`}`,
    ...table(rows),
    ...table(countsOf(calls.flatMap(problemsOf)).map(([problem, count]) => [`${count} ×`, problem])),
  ].join('\n');
};

const problemsOf = ({ errors, expectations }: CallReport): readonly string[] =>
  errors.length > 0
    ? errors
    : expectations.filter(({ ok }) => !ok).map(({ name, expected }) => `${name}: not ${expected}`);

const countsOf = (texts: readonly string[]): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, 10);
};

const warningsOf = ({ streams, unplayedMs, endedBy }: CallReport): readonly string[] => [
  ...streams.flatMap(({ warnings }) => warnings),
  ...(endedBy === 'platform' && unplayedMs > 0
    ? [`The platform hung up before the caller had heard the last ${ms(unplayedMs)}.`]
    : []),
];

const endText = ({ outcome, endedBy, durationMs }: CallReport): string => {
  if (outcome === 'rejected') return 'rejected';
  if (endedBy === null) return 'failed, nobody answered';
  const who = endedBy === 'line' ? 'the line broke' : `the ${endedBy} hung up`;
  return `${outcome}, ${who} after ${seconds(durationMs)}`;
};

const turnLine = ({ fromMs, text, responseMs, interruptionMs, overAgent }: Turn): string => {
  const notes = [
    interruptionMs === null ? overAgent && 'the agent went on' : `agent silent after ${ms(interruptionMs)}`,
    responseMs === null ? 'no answer' : `answered after ${ms(responseMs)}`,
  ];
  return `${seconds(fromMs).padStart(10)}  ${JSON.stringify(text)}: ${notes.filter(Boolean).join(', ')}`;
};

const table = (rows: readonly Row[]): readonly string[] => {
  const widthOf = (column: 0 | 1) => Math.max(0, ...rows.map((row) => row[column].length));
  const [first, second] = [widthOf(0), widthOf(1)];
  return rows.map(([name, value, note = '']) =>
    `  ${name.padEnd(first)}  ${value.padEnd(second)}  ${note}`.trimEnd(),
  );
};

const spread = (values: Spread | null): string =>
  values === null
    ? 'none'
    : `${values.count}: p50 ${ms(values.p50)}, p95 ${ms(values.p95)}, max ${ms(values.max)}`;

const lateness = ({ lateP99Ms, lateMaxMs }: { lateP99Ms: number; lateMaxMs: number }): string =>
  `late by ${lateP99Ms.toFixed(1)} ms at p99, ${lateMaxMs.toFixed(1)} ms at most`;

const underrunsText = (count: number): string => (count === 0 ? 'none' : String(count));

const ms = (value: number | null): string => (value === null ? 'none' : `${Math.round(value)} ms`);

const seconds = (value: number): string => `${(value / 1000).toFixed(2)} s`;
