import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { NEWEST_RULES } from './rules.js';

const turns = (call: Conversation): readonly (string | null)[] =>
  call.events.flatMap(({ type, data }) => {
    if (type === 'DtmfReceived') return [data.digits];
    return type === 'CallerTurnCommitted' ? [data.text] : [];
  });

describe('keys', () => {
  it('are collected until no more come, and answered like words', () => {
    const call = new Conversation()
      .start()
      .at(1_000, { type: 'key', digit: '4' })
      .at(1_800, { type: 'key', digit: '2' })
      .runUntil(10_000);
    expect(call.of('DtmfReceived')).toEqual([{ turn: 1, digits: '42', atMs: 1_000 }]);
    expect(call.events.find(({ type }) => type === 'DtmfReceived')?.recordedAtMs).toBe(3_800);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, heardText: 'All right.' }]);
  });

  it('are complete at a #, which is a key of its own where nothing stands before it', () => {
    const call = new Conversation()
      .start()
      .at(1_000, { type: 'key', digit: '7' })
      .at(1_300, { type: 'key', digit: '#' })
      .at(8_000, { type: 'key', digit: '#' })
      .runUntil(14_000);
    expect(call.of('DtmfReceived').map(({ digits }) => digits)).toEqual(['7', '#']);
    expect(call.events[0]?.recordedAtMs).toBe(1_300);
  });

  it('are answered where an empty final takes back what was said behind them', () => {
    const pressed = (rules: number) => {
      const call = new Conversation({ settings: { rules }, finalAfterMs: null }).start();
      call.at(1_000, { type: 'key', digit: '1' }).at(2_500, { type: 'voice', on: true, atMs: 2_400 });
      call.at(2_800, { type: 'transcript', text: 'cough', final: false, confidence: null });
      call.at(3_300, { type: 'voice', on: false, atMs: 3_000 });
      call.at(3_400, { type: 'transcript', text: '', final: true, confidence: null });
      return call.runUntil(5_000).of('AgentTurnStarted');
    };
    expect(pressed(NEWEST_RULES)).toMatchObject([{ turn: 1 }]);
    expect(pressed(10)).toEqual([]);
  });

  it('hold nobody, though their tone was taken for a voice before their message came', () => {
    const pressed = (rules?: number) => {
      const settings = {
        interruptionSensitivity: 'high',
        greeting: 'Please tell me what I can do for you today. '.repeat(4),
        ...(rules && { rules }),
      } as const;
      const call = new Conversation({ settings }).start();
      call.at(5_120, { type: 'voice', on: true, atMs: 5_000 }).at(5_350, { type: 'key', digit: '1' });
      return call.at(5_600, { type: 'voice', on: false, atMs: 5_300 }).runUntil(7_000);
    };
    expect(pressed().carrier.isTalkingAt(5_400)).toBe(true);
    expect(pressed().state).toMatchObject({ falseHolds: 0, reply: { resumes: 0 } });
    expect(pressed(10).carrier.isTalkingAt(6_900)).toBe(false);
  });

  it('stop the agent when they are complete, not before', () => {
    const call = new Conversation({
      settings: { greeting: 'For opening hours please press one, or tell me what you need.' },
    })
      .start()
      .at(1_500, { type: 'key', digit: '1' })
      .runUntil(8_000);
    expect(call.carrier.isTalkingAt(2_500)).toBe(true);
    expect(call.events.map(({ type }) => type).slice(0, 3)).toEqual([
      'GreetingStarted',
      'GreetingSpoken',
      'DtmfReceived',
    ]);
    expect(call.of('GreetingSpoken')).toMatchObject([{ interrupted: true }]);
  });

  it('are not taken for voice by their tone', () => {
    const call = new Conversation({ finalAfterMs: 50 }).start();
    call.at(1_120, { type: 'voice', on: true, atMs: 1_000 }).at(1_200, { type: 'key', digit: '5' });
    call.at(1_600, { type: 'voice', on: false, atMs: 1_300 }).runUntil(20_000);
    expect(call.of('CallerTurnCommitted')).toEqual([]);
    expect(call.of('DtmfReceived')).toHaveLength(1);
  });

  it('are answered once with the words before them, which are no turn behind the answer', () => {
    const call = new Conversation().start().says(1_000, 'My number is');
    call.presses(2_200, '4').presses(2_500, '2').presses(2_800, '#').runUntil(20_000);
    expect(turns(call)).toEqual(['My number is', '42']);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 2, heardText: 'All right.' }]);
  });

  it('wait for the final of the words before them, and say nothing of it twice', () => {
    const call = new Conversation({ finalAfterMs: 400 }).start().says(1_000, 'My number is');
    call.presses(2_250, '4').presses(2_400, '#').runUntil(20_000);
    expect(turns(call)).toEqual(['My number is', '4']);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ endpointing: 'transcript', confidence: 0.9 }]);
  });

  it('are waited for when the words before them are a turn, so that the agent is not talking meanwhile', () => {
    const call = new Conversation().start().says(1_000, 'My number is four two.');
    for (const atMs of [2_400, 3_600, 4_800, 6_000]) call.presses(atMs, '1');
    call.runUntil(20_000);
    expect(turns(call)).toEqual(['My number is four two.', '1111']);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 2, interrupted: false }]);
  });

  it('are answered with the words that follow them', () => {
    const call = new Conversation().start().presses(1_000, '4').presses(1_300, '2');
    call
      .says(2_000, 'That is my number and', { msAWord: 200 })
      .says(4_500, 'my name is Ann.')
      .runUntil(20_000);
    expect(turns(call)).toEqual(['42', 'That is my number and my name is Ann.']);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 2, interrupted: false }]);
  });

  it.each([
    [8, 500],
    [7, 2_500],
  ])('wait for a tool that changes something, and no longer, by rules %i', (rules, withinMs) => {
    const call = new Conversation({
      toolMs: 5_000,
      settings: { rules, sideEffectTools: ['book'] },
      model: (asked) => (asked === 0 ? [{ afterMs: 100, tool: 'book' }] : [{ afterMs: 200, text: 'Fine.' }]),
    });
    call.start().says(1_000, 'Book it.').presses(4_500, '4').presses(4_700, '2').presses(5_000, '#');
    call.runUntil(20_000);
    const returnedAtMs = call.events.find(({ type }) => type === 'ToolReturned')?.recordedAtMs ?? 0;
    const keysAtMs = call.events.find(({ type }) => type === 'DtmfReceived')?.recordedAtMs ?? 0;
    expect(keysAtMs).toBeGreaterThanOrEqual(returnedAtMs + (rules < 8 ? 1_000 : 0));
    expect(keysAtMs - returnedAtMs).toBeLessThan(withinMs);
    expect(call.of('DtmfReceived')).toMatchObject([{ turn: 2, digits: '42' }]);
    expect(call.of('AgentTurnSpoken').at(-1)).toMatchObject({ turn: 2, heardText: 'Fine.' });
  });

  it.each([
    [8, ['My number is four two and', '7']],
    [7, ['My number is four two', '7', 'and']],
  ])(
    'wait for the final that was asked for when the caller was cut in on, by rules %i',
    (rules, expected) => {
      const call = new Conversation({
        settings: { rules, callerTurnLimitMs: 3_000 },
        finalAfterMs: null,
      }).start();
      call.at(1_120, { type: 'voice', on: true, atMs: 1_000 });
      call.at(3_000, { type: 'transcript', text: 'My number is four two', final: false, confidence: null });
      call.at(3_900, { type: 'voice', on: false, atMs: 3_600 });
      call.presses(4_050, '7').presses(4_100, '#');
      call.at(4_300, { type: 'transcript', text: 'My number is four two and', final: true, confidence: 0.9 });
      call.runUntil(20_000);
      expect(turns(call)).toEqual(expected);
    },
  );

  it('were answered beside the words, by earlier rules', () => {
    const call = new Conversation({ settings: { rules: 6 } }).start().says(1_000, 'My number is');
    call.presses(2_200, '4').presses(2_500, '#').runUntil(20_000);
    expect(turns(call)).toEqual(['4', 'My number is']);
  });

  it('are kept where the caller hangs up before they are complete', () => {
    const call = new Conversation()
      .start()
      .at(1_000, { type: 'key', digit: '4' })
      .hangsUp(1_500)
      .runUntil(10_000);
    expect(call.events.map(({ type }) => type)).toEqual(['DtmfReceived', 'CallEnded']);
    expect(call.of('DtmfReceived')).toEqual([{ turn: 1, digits: '4', atMs: 1_000 }]);
  });
});
