import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';

const LOOKUP = [
  [
    { afterMs: 100, text: 'Let me look. ' },
    { afterMs: 10, tool: 'lookup' },
  ],
  [{ afterMs: 200, text: 'It is open.' }],
] as const;

const asksForATool = (toolMs: number) =>
  new Conversation({ toolMs, model: (asked) => LOOKUP[asked] ?? [{ afterMs: 100, text: 'All right.' }] })
    .start()
    .says(1_000, 'Is it open?');

describe('a tool', () => {
  it.each([0, 5, 3_000])('that returns within %i ms is part of the answer', (toolMs) => {
    const call = asksForATool(toolMs).runUntil(12_000);
    expect(call.events.map(({ type }) => type).filter((type) => type.startsWith('Tool'))).toEqual([
      'ToolCalled',
      'ToolReturned',
    ]);
    expect(call.of('AgentTurnComposed')).toMatchObject([{ turn: 1, text: 'Let me look. It is open.' }]);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { turn: 1, heardText: 'Let me look. It is open.', interrupted: false },
    ]);
  });

  it('that still runs does not hold up the answer to what the caller said meanwhile', () => {
    const call = asksForATool(9_000).says(4_000, 'Never mind, goodbye.').runUntil(20_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { turn: 1, interrupted: true },
      { turn: 2, heardText: 'It is open.', interrupted: false },
    ]);
    expect(call.events.findIndex(({ type }) => type === 'ToolReturned')).toBeGreaterThan(
      call.events.findIndex((event) => event.type === 'AgentTurnSpoken' && event.data.turn === 2),
    );
    expect(call.of('ToolReturned')).toMatchObject([{ turn: 1 }]);
    expect(call.of('AgentTurnComposed')).toHaveLength(1);
  });

  it('runs once, though the model asks for it twice', () => {
    const call = new Conversation({
      toolMs: 300,
      model: (asked) =>
        asked === 0
          ? [
              { afterMs: 100, tool: 'book' },
              { afterMs: 10, tool: 'book' },
              { afterMs: 500, tool: 'book' },
            ]
          : [{ afterMs: 100, text: 'Booked.' }],
    })
      .start()
      .says(1_000, 'Book it.')
      .runUntil(10_000);
    expect(call.effects.filter(({ type }) => type === 'run_tool')).toHaveLength(1);
    expect(call.of('ToolCalled')).toHaveLength(1);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: 'Booked.' }]);
  });

  it('that returns after the model failed is recorded, and the apology stands', () => {
    const call = new Conversation({
      toolMs: 2_000,
      model: () => [
        { afterMs: 100, tool: 'lookup' },
        { afterMs: 10, fails: 'reset' },
      ],
    })
      .start()
      .says(1_000, 'Is it open?')
      .runUntil(12_000);
    expect(call.of('ToolReturned')).toHaveLength(1);
    expect(call.of('AgentTurnComposed')).toHaveLength(1);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { heardText: expect.stringMatching(/^Sorry/), interrupted: false },
    ]);
  });
});
