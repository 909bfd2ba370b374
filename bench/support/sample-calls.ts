import { randomBytes } from 'node:crypto';
import type { CallEvent } from '../../src/domain/call/events.js';
import { idFromHash, newId } from '../../src/domain/ids.js';

/** A call as a real one is: received, answered, greeted, some turns, ended. */
export interface SampleCall {
  readonly tenantId: string;
  readonly callId: string;
  readonly contactId: string;
  readonly events: readonly CallEvent[];
}

const CALLER =
  'I would like to know when you are open on Saturday, and whether I need an appointment for a check-up.';
const AGENT =
  'We are open on Saturdays from nine to one. For a check-up you need an appointment; shall I make one for you?';

const startOf = (turn: number): number => 5_000 + turn * 12_000;

/** What a caller said in a turn. */
export const turnCommitted = (turn: number): CallEvent => ({
  type: 'CallerTurnCommitted',
  data: {
    turn,
    text: CALLER,
    startedMs: startOf(turn),
    endedMs: startOf(turn) + 4_000,
    confidence: 0.93,
    endpointing: 'transcript',
  },
});

const exchange = (turn: number): CallEvent[] => {
  const atMs = startOf(turn);
  return [
    turnCommitted(turn),
    { type: 'AgentTurnStarted', data: { turn, generation: turn + 1, atMs: atMs + 4_900 } },
    {
      type: 'AgentTurnComposed',
      data: { turn, text: AGENT, usage: { inputTokens: 400 + turn * 60, outputTokens: 28 } },
    },
    {
      type: 'AgentTurnSpoken',
      data: {
        turn,
        heardText: AGENT,
        heardMs: 6_200,
        interrupted: false,
        startedMs: atMs + 4_900,
        endedMs: atMs + 11_100,
        latency: {
          endpointingMs: 400,
          transcriptMs: 350,
          modelFirstTokenMs: 310,
          synthesisFirstByteMs: 180,
          leadingSilenceMs: 20,
          firstFrameMs: 1,
          playoutMs: 220,
          responseMs: 900,
          ownMs: 2,
          interruptionMs: null,
        },
      },
    },
  ];
};

/** A call of `turns` exchanges: 6 events and 4 for each exchange. */
export const sampleCall = (
  tenantId: string,
  agentId: string,
  numberId: string,
  turns: number,
): SampleCall => {
  const callId = idFromHash('call', randomBytes(16));
  const contactId = randomBytes(13).toString('hex');
  const events: CallEvent[] = [
    {
      type: 'CallReceived',
      data: {
        callId,
        callSid: `CA${randomBytes(16).toString('hex')}`,
        accountSid: 'AC00000000000000000000000000000000',
        from: '+14155550123',
        to: '+14155550100',
        contactId,
        numberId,
        agentId,
        agentVersion: 1,
        receivedAt: new Date().toISOString(),
      },
    },
    { type: 'CallAnswered', data: { atMs: 350 } },
    { type: 'MediaStreamStarted', data: { attempt: 1, worker: 'bench-1', streamSid: 'MZ1', atMs: 350 } },
    { type: 'GreetingStarted', data: { text: 'Hello, this is Ada. How can I help you?', atMs: 700 } },
    {
      type: 'GreetingSpoken',
      data: {
        heardText: 'Hello, this is Ada. How can I help you?',
        heardMs: 2_300,
        interrupted: false,
        atMs: 3_000,
      },
    },
    ...Array.from({ length: turns }, (_, at) => exchange(at + 1)).flat(),
    { type: 'CallEnded', data: { reason: 'caller_hung_up', by: 'caller', atMs: 70_000, durationMs: 69_650 } },
  ];
  return { tenantId, callId, contactId, events };
};

export const sampleIds = () => ({
  tenantId: newId('tenant'),
  agentId: newId('agent'),
  numberId: newId('number'),
});
