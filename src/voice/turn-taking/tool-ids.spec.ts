import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';

/** As some servers do it: the calls of each answer are numbered anew. */
const numbers = ({ settings = {}, toolMs = 5 } = {}) =>
  new Conversation({
    settings,
    toolMs,
    model: (asked) =>
      [
        [{ afterMs: 100, tool: 'lookup', id: 'call_0' }],
        [{ afterMs: 100, text: 'It is open.' }],
        [
          { afterMs: 100, text: 'Goodbye!' },
          { afterMs: 10, tool: 'end_call', id: 'call_0' },
        ],
      ][asked] ?? [],
  });

const asks = (call: Conversation) =>
  call.start().says(1_000, 'Is it open?').says(5_000, 'Thank you, goodbye.');

describe('a tool call', () => {
  it('is another one where another answer has its id', () => {
    const call = asks(numbers()).runUntil(15_000);
    const ids = call.of('ToolCalled').map(({ toolCallId }) => toolCallId);
    expect(ids).toEqual(['call_0', expect.stringMatching(/^call_0[a-zA-Z0-9_-]+$/)]);
    expect(call.of('ToolReturned').map(({ toolCallId }) => toolCallId)).toEqual(ids);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'agent_ended' }]);
    const before = asks(numbers({ settings: { rules: 4 } })).runUntil(15_000);
    expect(before.of('ToolCalled')).toHaveLength(1);
    expect(before.of('CallEnded')).toEqual([]);
  });

  it('gets its own result, though an earlier one of its id still runs', () => {
    const looksUp = [{ afterMs: 100, tool: 'lookup', id: 'call_0' }];
    const call = new Conversation({
      toolMs: 6_000,
      model: (asked) => (asked < 2 ? looksUp : [{ afterMs: 100, text: 'It is open.' }]),
    });
    asks(call).runUntil(20_000);
    const [first, second] = call.of('ToolCalled');
    expect([first?.turn, second?.turn]).toEqual([1, 2]);
    expect(call.of('ToolReturned')).toMatchObject([
      { turn: 1, toolCallId: first?.toolCallId, ms: 6_000 },
      { turn: 2, toolCallId: second?.toolCallId, ms: 6_000 },
    ]);
  });

  it('is the same one where the same answer repeats it, under whatever id', () => {
    const twice = { afterMs: 10, tool: 'lookup', id: 'call_0' };
    const call = new Conversation({
      model: (asked) => [[twice, twice], [{ afterMs: 50, text: 'Open.' }], [twice, twice]][asked] ?? [],
    });
    asks(call).runUntil(9_000);
    expect(call.of('ToolCalled').map(({ turn }) => turn)).toEqual([1, 2]);
  });

  it('is another one than those that were called before another worker had the call', () => {
    const resumed = { turn: 3, unanswered: true, agentCutOff: false, toolCallIds: ['call_0'] };
    const call = numbers({ settings: { attempt: 2 } })
      .start(resumed)
      .runUntil(3_000);
    expect(call.of('ToolCalled')).toMatchObject([{ turn: 3, toolCallId: expect.stringMatching(/^call_0./) }]);
    expect(call.of('ToolReturned')).toHaveLength(1);
  });
});
