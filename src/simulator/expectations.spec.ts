import { describe, expect, it } from '@jest/globals';
import { checkExpectations, type Measured } from './expectations.js';
import type { Turn } from './measures.js';
import type { Expectations } from './scenario.js';

const turn = { kind: 'speech', interruptionMs: null } as Turn;

const call: Measured = {
  callSid: 'CA0',
  from: '+14155550123',
  to: '+14155550100',
  scenario: 'a test',
  placedAt: '2026-11-21T12:00:00.000Z',
  outcome: 'completed',
  endedBy: 'caller',
  endedAtMs: 20_000,
  webhookMs: 40,
  answeredAtMs: 100,
  durationMs: 19_900,
  twiml: [],
  says: [],
  dials: [],
  streams: [],
  steps: 4,
  stepsDone: 4,
  greetingMs: 300,
  turns: [turn, { ...turn, interruptionMs: 600 }],
  agent: [],
  responses: { count: 2, p50: 700, p95: 900, max: 900 },
  interruptions: { count: 1, p50: 600, p95: 600, max: 600 },
  unanswered: 0,
  underruns: [],
  minLeadMs: 480,
  unplayedMs: 0,
  generator: { frames: 1000, lateP99Ms: 1, lateMaxMs: 2 },
  errors: [],
};

const missed = (report: Partial<Measured>, expect?: Expectations): readonly string[] =>
  checkExpectations({ ...call, ...report }, expect)
    .filter(({ ok }) => !ok)
    .map(({ name, expected, actual }) => `${name}: ${actual}, expected ${expected}`);

describe("a call's expectations", () => {
  it('are met by a call that went well', () => {
    expect(missed({})).toEqual([]);
    const all: Expectations = {
      outcome: 'completed',
      endedBy: 'caller',
      agentUtterances: 0,
      interruptions: { min: 1 },
      mediaStreams: { max: 0 },
      greetingMs: 300,
      responseP50Ms: 700,
      responseP95Ms: 900,
      responseMaxMs: 900,
      interruptionMaxMs: 600,
      underruns: 0,
      unanswered: 0,
      durationMs: 19_900,
    };
    expect(missed({}, all)).toEqual([]);
  });

  it.each<[Partial<Measured>, Expectations | undefined, string]>([
    [
      { outcome: 'rejected', stepsDone: 0, endedBy: 'platform' },
      { endedBy: 'platform' },
      'outcome: rejected, expected completed',
    ],
    [{ errors: ['a', 'b'] }, undefined, 'errors: 2, expected none'],
    [{ stepsDone: 2, endedBy: 'platform' }, undefined, 'steps done: 2, expected 4'],
    [{ unanswered: 1 }, undefined, 'unanswered: 1, expected at most 0'],
    [{ endedBy: 'platform' }, { endedBy: 'caller' }, 'ended by: platform, expected caller'],
    [{ says: ['Goodbye.'] }, { says: 'not in service' }, 'says: "Goodbye.", expected "not in service"'],
    [{}, { agentUtterances: 2 }, 'agent utterances: 0, expected 2'],
    [{}, { interruptions: { max: 0 } }, 'interruptions: 1, expected 0'],
    [{}, { interruptions: { min: 2 } }, 'interruptions: 1, expected 2 or more'],
    [{}, { responseP95Ms: 899 }, 'response p95: 900 ms, expected at most 899 ms'],
    [{ responses: null }, { responseP50Ms: 9000 }, 'response p50: not measured, expected at most 9000 ms'],
    [{ greetingMs: null }, { greetingMs: 9000 }, 'greeting: not measured, expected at most 9000 ms'],
    [{ underruns: [{ atMs: 1, gapMs: 2 }] }, { underruns: 0 }, 'underruns: 1, expected at most 0'],
    [{}, { durationMs: 10_000 }, 'duration: 19900 ms, expected at most 10000 ms'],
  ])('are missed by %j where %j is expected', (report, expected, problem) => {
    expect(missed(report, expected)).toEqual([problem]);
  });

  it('are met by a rejection, a failure and an early end where those are expected', () => {
    const rejected = {
      outcome: 'rejected',
      says: ['Not in service.'],
      stepsDone: 0,
      endedBy: 'platform',
    } as const;
    expect(missed(rejected, { outcome: 'rejected', says: 'Not in service' })).toEqual([]);
    expect(missed({ outcome: 'failed', errors: ['no'], stepsDone: 0 }, { outcome: 'failed' })).toEqual([]);
    expect(missed({ stepsDone: 2, endedBy: 'platform' }, { endedBy: 'platform' })).toEqual([]);
  });
});
