import { describe, expect, it } from '@jest/globals';
import type { CallEvent } from '../../src/domain/call/events.js';
import { testCall } from '../../test/support/call-events.js';
import { callRecords } from '../../test/support/call-records.js';
import { rowsAfter } from '../as-of.js';
import { callsProjection } from './projection.js';
import { turnsTable } from './tables.js';

const asked = (turn?: number, text: string | null = 'Are you still there?'): CallEvent => ({
  type: 'SilencePrompted',
  data: { rung: 1, text: text as string, atMs: 5_000, ...(turn !== undefined && { turn }) },
});
const heard: CallEvent = {
  type: 'PromptSpoken',
  data: {
    turn: 1,
    heardText: 'Are you',
    heardMs: 400,
    interrupted: true,
    cutBy: 'caller_speech',
    startedMs: 5_060,
    endedMs: 5_500,
  },
};

const turnsAfter = (...events: readonly CallEvent[]) =>
  rowsAfter(callsProjection, turnsTable, callRecords('call_1', events));

describe("a turn's prompts", () => {
  const call = testCall(1).events.slice(0, -2);

  it('are what the agent said of its own accord after it, and what was heard of that', () => {
    const turns = turnsAfter(...call, asked(1), heard, asked(1));
    expect(turns.map(({ prompts }) => prompts)).toEqual([
      null,
      [
        {
          kind: 'silence',
          text: 'Are you still there?',
          heardText: 'Are you',
          startedMs: 5_060,
          endedMs: 5_500,
          interrupted: true,
          cutBy: 'caller_speech',
        },
        {
          kind: 'silence',
          text: 'Are you still there?',
          heardText: null,
          startedMs: null,
          endedMs: null,
          interrupted: false,
          cutBy: null,
        },
      ],
    ]);
  });

  it('have a turn 0 where there was no greeting before them', () => {
    const turns = turnsAfter(...call.slice(0, 3), asked(0));
    expect(turns).toMatchObject([{ turn: 0, agentText: null, prompts: [{ kind: 'silence' }] }]);
  });

  it('are not known of prompts of before, which say of no turn that they came after it', () => {
    expect(turnsAfter(...call, asked()).map(({ prompts }) => prompts)).toEqual([null, null]);
    expect(turnsAfter(...call.slice(0, 3), asked())).toEqual([]);
  });

  it('are gone once they are erased, as an erasure leaves them', () => {
    expect(turnsAfter(...call, asked(1, null), heard).map(({ prompts }) => prompts)).toEqual([null, null]);
  });
});
