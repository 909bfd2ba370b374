import type { CallEvent } from '../../src/domain/call/events.js';

let calls = 0;

export interface TestCall {
  readonly callId: string;
  readonly contactId: string;
  readonly events: readonly CallEvent[];
}

const none = {
  endpointingMs: null,
  transcriptMs: null,
  modelFirstTokenMs: null,
  synthesisFirstByteMs: null,
  leadingSilenceMs: null,
  firstFrameMs: null,
  playoutMs: null,
  responseMs: 800,
  ownMs: 2,
  interruptionMs: null,
};

/** A whole call: received, answered, greeted, some turns (every third one interrupted), reports, the end. */
export const testCall = (turns: number): TestCall => {
  const callId = `call_${String(++calls).padStart(26, '0')}`;
  const contactId = `contact${calls}`;
  const exchanges = Array.from({ length: turns }, (_, at): CallEvent[] => {
    const turn = at + 1;
    const interrupted = turn % 3 === 0;
    return [
      {
        type: 'CallerTurnCommitted',
        data: {
          turn,
          text: `question ${turn}`,
          startedMs: 1,
          endedMs: 2,
          confidence: 1,
          endpointing: 'transcript',
        },
      },
      { type: 'AgentTurnStarted', data: { turn, generation: turn, atMs: 3 } },
      { type: 'AgentTurnComposed', data: { turn, text: `answer ${turn}`, usage: null } },
      {
        type: 'AgentTurnSpoken',
        data: {
          turn,
          heardText: interrupted ? 'answer' : `answer ${turn}`,
          heardMs: 900,
          interrupted,
          startedMs: 3,
          endedMs: 4,
          latency: none,
        },
      },
    ];
  });
  return {
    callId,
    contactId,
    events: [
      {
        type: 'CallReceived',
        data: {
          callId,
          callSid: `CA${calls.toString(16).padStart(32, '0')}`,
          accountSid: 'AC1',
          from: '+14155550123',
          to: '+14155550100',
          contactId,
          numberId: 'num_1',
          agentId: 'agt_1',
          agentVersion: 1,
          receivedAt: '2026-11-21T12:00:00.000Z',
        },
      },
      { type: 'CallAnswered', data: { atMs: 100 } },
      { type: 'MediaStreamStarted', data: { attempt: 1, worker: 'w', streamSid: 'MZ1', atMs: 100 } },
      { type: 'GreetingStarted', data: { text: 'Hello', atMs: 200 } },
      { type: 'GreetingSpoken', data: { heardText: 'Hello', heardMs: 600, interrupted: false, atMs: 900 } },
      ...exchanges.flat(),
      {
        type: 'CallStatusReported',
        data: { status: 'completed', sequence: 1, source: null, durationSeconds: 9 },
      },
      { type: 'CallEnded', data: { reason: 'caller_hung_up', by: 'caller', atMs: 9_000, durationMs: 8_900 } },
    ],
  };
};
