import { describe, expect, it } from '@jest/globals';
import { callRecords } from '../../test/support/call-records.js';
import type { CallEvent } from '../domain/call/events.js';
import { callLines } from './call-lines.js';

const callEvents = (text: string | null): readonly CallEvent[] => [
  {
    type: 'CallReceived',
    data: {
      callId: 'call_1',
      callSid: 'CA1',
      accountSid: 'AC1',
      from: text,
      to: text,
      contactId: 'c1',
      numberId: 'num_1',
      agentId: 'agt_1',
      agentVersion: 1,
      receivedAt: '2026-11-21T12:00:00.000Z',
    },
  },
  {
    type: 'GreetingSpoken',
    data: { heardText: text, heardMs: 300, interrupted: true, cutBy: 'caller_speech', atMs: 400 },
  },
  { type: 'TransferRequested', data: { transfer: 1, to: text, by: 'agent', turn: 1, atMs: 500 } },
  { type: 'TransferDialed', data: { transfer: 1, atMs: 600 } },
  { type: 'TransferEnded', data: { transfer: 1, outcome: 'no_answer', durationSeconds: null, atMs: 700 } },
  {
    type: 'CallTraceStored',
    data: { attempt: 1, object: 'o', sha256: 's', bytes: 1, inputs: 229, cut: false },
  },
  {
    type: 'RecordingStored',
    data: {
      attempt: 1,
      object: 'o',
      sha256: 's',
      bytes: 1,
      startedAtMs: 0,
      durationMs: 4_000,
      encoding: 'audio/x-mulaw',
      sampleRateHz: 8_000,
      channels: ['caller', 'agent'],
      complete: true,
    },
  },
];

const toldOf = (text: string | null) =>
  callLines(callRecords('call_1', callEvents(text))).map(({ what }) => what);

describe("a call's lines", () => {
  it('tell what was said and what is kept of it', () => {
    expect(toldOf('We are')).toEqual([
      'calls We are from We are',
      'We are — interrupted (caller speech)',
      'puts the caller through to We are: the agent does it',
      'dials',
      'put through: no answer',
      'media stream 1 can be replayed: 229 inputs',
      'media stream 1 can be listened to: 4000 ms',
    ]);
  });

  it('of an erased call promise nothing that cannot be opened any more', () => {
    expect(toldOf(null)).toEqual([
      'calls [erased] from [erased]',
      '[erased] — interrupted (caller speech)',
      'puts the caller through to [erased]: the agent does it',
      'dials',
      'put through: no answer',
      "media stream 1 can't be replayed: [erased]",
      "media stream 1 can't be listened to: [erased]",
    ]);
  });
});
