import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { anyCall, playCall } from '../../../test/support/voice/any-call.js';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { type CallEvent, callEvents } from '../../domain/call/events.js';
import type { Fixture } from '../../replay/fixture/fixture.js';
import { parseFixture, printFixture } from '../../replay/fixture/fixture.js';
import { TRACE_FORMAT, type TracedInput } from '../../voice/trace/trace.js';
import { initialState } from '../../voice/turn-taking/state.js';
import { step } from '../../voice/turn-taking/step.js';
import { firstDifferenceIn, replayTwice } from './fixture.js';

const before: readonly CallEvent[][] = [
  [
    {
      type: 'CallReceived',
      data: {
        callId: 'call_1',
        callSid: 'CA1',
        accountSid: 'AC1',
        from: '+14155550123',
        to: '+14155550100',
        contactId: 'c',
        numberId: 'num_1',
        agentId: 'agt_1',
        agentVersion: 1,
        receivedAt: '2026-11-21T12:00:00.000Z',
      },
    },
  ],
  [
    { type: 'CallAnswered', data: { atMs: 0 } },
    { type: 'MediaStreamStarted', data: { attempt: 1, worker: 'w', streamSid: 'MZ1', atMs: 0 } },
  ],
];

/** A conversation's call, as the ledger and the object store would have it. */
const fixtureOf = ({ inputs, state: { settings } }: Conversation): Fixture => {
  let state = initialState(settings);
  const commands = [...before];
  const traced = inputs.map(({ input, takenAtMs }): TracedInput => {
    const next = step(state, input, takenAtMs);
    state = next.state;
    if (next.events.length === 0) return [takenAtMs, input];
    commands.push([...next.events]);
    return [takenAtMs, input, `w:${commands.length - 1}`];
  });
  const events = commands.flatMap((group, command) =>
    group.map(({ type, data }) => ({ type, data, command })),
  );
  const trace = { format: TRACE_FORMAT, settings, inputs: traced, cut: false };
  return {
    callId: 'call_1',
    events: events.map(({ type, data, command }, revision) => ({
      revision,
      type,
      schemaVersion: callEvents[type].version,
      commandId: `w:${command}`,
      occurredAt: '2026-11-21T12:00:00.000Z',
      actor: { type: 'platform', id: 'w' } as const,
      data,
    })),
    attempts: [{ attempt: 1, trace, missing: null }],
  };
};

/** The caller asks, hears a part of the answer, interrupts it, and hangs up. */
const talk = (): Conversation =>
  new Conversation({
    settings: { greeting: 'Hello!' },
    model: () => [{ afterMs: 200, text: 'We are open from nine to one, and on Sunday from ten to noon.' }],
  })
    .start()
    .says(2_000, 'When are you open?')
    .says(6_000, 'Stop please')
    .says(14_000, 'Thank you.')
    .hangsUp(22_000)
    .runUntil(40_000);

const indexOf = ({ events }: Fixture, type: CallEvent['type']) =>
  events.findIndex((event) => event.type === type);

const withEvents = (fixture: Fixture, change: (events: Fixture['events'][number][]) => void): Fixture => {
  const events = structuredClone(fixture.events) as Fixture['events'][number][];
  change(events);
  return { ...fixture, events: events.map((event, revision) => ({ ...event, revision })) };
};

describe("a call's fixture", () => {
  const fixture = fixtureOf(talk());

  it('gives the same events again, also read from its text', () => {
    expect(indexOf(fixture, 'AgentTurnSpoken')).toBeGreaterThan(0);
    expect(replayTwice(fixture)).toMatchObject({ events: fixture.events.length, difference: null });
    const text = printFixture(fixture);
    expect(parseFixture(text)).toEqual(fixture);
    expect(printFixture(parseFixture(text))).toBe(text);
    expect(firstDifferenceIn(text)).toBeNull();
  });

  it('gives the same events again, whatever caller, model, voice and line do', () => {
    fc.assert(
      fc.property(anyCall, (any) => {
        const made = fixtureOf(playCall(any).call);
        expect(replayTwice(parseFixture(printFixture(made))).difference).toBeNull();
      }),
      { numRuns: runs(60) },
    );
  });

  it('shows what a changed rule changes', async () => {
    const rules = await import('../../voice/turn-taking/policy.js');
    jest.unstable_mockModule('../../voice/turn-taking/policy.js', () => ({
      ...rules,
      policy: { ...rules.policy, completeDelay: { usualMs: 450, minMs: 450, maxMs: 450 } },
    }));
    jest.resetModules();
    const changed = await import('./fixture.js');
    expect(changed.firstDifferenceIn(printFixture(fixture))).toMatch(
      /^Event \d+, CallerTurnCommitted: the ledger has \{"type":"CallerTurnCommitted",.*\}, and turn-taking gives nothing for media stream 1, at input \d+ \(\d+ ms\)\.$/,
    );
  });

  it.each<[string, (events: Fixture['events'][number][]) => void, RegExp]>([
    [
      'a word that was not said',
      (events) =>
        Object.assign(events[indexOf(fixture, 'CallerTurnCommitted')]?.data ?? {}, { text: 'Never.' }),
      /^Event \d+, CallerTurnCommitted, text: the ledger has "Never\.", and turn-taking gives "When are you open\?"/,
    ],
    [
      'an event that is gone',
      (events) => events.splice(indexOf(fixture, 'AgentTurnStarted'), 1),
      /^Event 7, AgentTurnSpoken: the ledger has .*, and turn-taking gives \{"type":"AgentTurnStarted"/,
    ],
    [
      'an end that is gone',
      (events) => events.splice(-1),
      /^The ledger has no such CallEnded: turn-taking gives \{"type":"CallEnded"/,
    ],
    [
      'an event that nobody said',
      (events) => {
        const at = indexOf(fixture, 'AgentTurnSpoken');
        const [event] = structuredClone(events.slice(at, at + 1));
        if (event) events.splice(at + 1, 0, { ...event, commandId: 'x' });
      },
      /^Event 9, AgentTurnSpoken: the ledger has .*, and turn-taking gives \{"type":"CallerTurnCommitted"/,
    ],
    [
      'two events in another order',
      (events) => {
        const at = indexOf(fixture, 'AgentTurnStarted');
        events.splice(at, 2, ...events.slice(at, at + 2).reverse());
      },
      /^Event 7, AgentTurnSpoken: the ledger has .*, and turn-taking gives \{"type":"AgentTurnStarted"/,
    ],
    [
      'an event behind the end',
      (events) => {
        const [event] = events.splice(indexOf(fixture, 'AgentTurnStarted'), 1);
        if (event) events.push(event);
      },
      /^Event \d+, AgentTurnStarted: .* call decider gives "Media attempt 1 is over: the call has ended\."/,
    ],
    [
      'a report that was there already',
      (events) => {
        const data = { status: 'completed', sequence: 1, source: null, durationSeconds: 9 };
        const [first] = events;
        if (!first) return;
        for (const commandId of ['y', 'z'])
          events.push({ ...first, type: 'CallStatusReported', data, commandId });
      },
      /^Event \d+, CallStatusReported: .* the call decider gives nothing\.$/,
    ],
  ])('tells %s', (_, change, sentence) => {
    expect(firstDifferenceIn(printFixture(withEvents(fixture, change)))).toMatch(sentence);
  });

  it('takes what a worker said that had lost the call, up to what was stored', () => {
    const loss: CallEvent = { type: 'MediaStreamLost', data: { attempt: 1, atMs: 9_000 } };
    const [first] = fixture.events;
    const until = indexOf(fixture, 'AgentTurnSpoken') + 1;
    const lost = withEvents(fixture, (events) => {
      if (first) events.splice(until, events.length, { ...first, ...loss, commandId: 'other' });
    });
    expect(replayTwice(lost).difference).toBeNull();
    const kept = withEvents(lost, (events) => events.splice(-1));
    expect(replayTwice(kept).difference).toMatchObject({ by: 'turn-taking', revision: null });
  });

  it('compares a trace that was cut as far as it goes', () => {
    const [attempt] = fixture.attempts;
    const trace = attempt?.trace as { inputs: readonly TracedInput[] };
    const cutAt = (cut: boolean): Fixture => ({
      ...fixture,
      attempts: [{ attempt: 1, trace: { ...trace, inputs: trace.inputs.slice(0, 40), cut }, missing: null }],
    });
    expect(replayTwice(cutAt(true))).toMatchObject({
      difference: null,
      attempts: [{ cut: true, inputs: 40 }],
    });
    expect(replayTwice(cutAt(false)).difference).toMatchObject({ by: 'turn-taking', got: undefined });
  });

  it('goes through the decider where a worker left no trace', () => {
    const without: Fixture = {
      ...fixture,
      attempts: [{ attempt: 1, trace: null, missing: 'not stored' }],
    };
    expect(replayTwice(parseFixture(printFixture(without)))).toEqual({
      events: fixture.events.length,
      attempts: [{ attempt: 1, missing: 'not stored', inputs: 0, cut: false }],
      difference: null,
    });
  });
});
