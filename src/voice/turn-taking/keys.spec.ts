import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';

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
