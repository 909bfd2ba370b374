import { describe, expect, it } from '@jest/globals';
import { type SpeechCut, speechCuts } from '../../src/domain/call/vocabulary.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { testCall } from '../../test/support/call-events.js';
import { callRecords } from '../../test/support/call-records.js';
import { rowsAfter } from '../as-of.js';
import { callsProjection } from './projection.js';
import { callsTable, turnsTable } from './tables.js';

/** A call whose third answer was cut, and what cut it. */
const callCutBy = (cutBy?: SpeechCut): readonly LedgerRecord[] => {
  const { callId, events } = testCall(3);
  const told = events.map((event) =>
    event.type === 'AgentTurnSpoken' && event.data.interrupted && cutBy
      ? { ...event, data: { ...event.data, cutBy } }
      : event,
  );
  return callRecords(callId, told);
};

const interruptionsOf = (cutBy?: SpeechCut) =>
  rowsAfter(callsProjection, callsTable, callCutBy(cutBy))[0]?.interruptions;

describe("a call's interruptions", () => {
  it("are the caller's, by speaking or by a key, and nobody else's", () => {
    const counted = speechCuts.filter((cutBy) => interruptionsOf(cutBy) === 1);
    expect(counted).toEqual(['caller_speech', 'caller_keys']);
    expect(interruptionsOf('caller_hung_up')).toBe(0);
  });

  it('are all cuts of before, when none said what it was', () => {
    expect(interruptionsOf()).toBe(1);
  });

  it('are told of each turn, as is what else cut it', () => {
    const last = rowsAfter(callsProjection, turnsTable, callCutBy('caller_hung_up')).at(-1);
    expect(last).toMatchObject({ turn: 3, interrupted: true, cutBy: 'caller_hung_up' });
  });
});
