import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import type { TurnSignal } from './input.js';

const said = (text: string, final: boolean, turn?: TurnSignal) =>
  ({ type: 'transcript', text, final, confidence: null, turn }) as const;
const thoughtsAtMs = ({ effects }: Conversation) =>
  effects.flatMap((effect) => (effect.type === 'think' ? [effect.atMs] : []));

describe('turns that the speech-to-text decides', () => {
  const byProvider = (settings = {}) =>
    new Conversation({
      settings: { turnDetection: 'provider', speculates: true, ...settings },
      finalAfterMs: null,
    }).start();

  it('end when it says so, at once, though voice activity goes on', () => {
    const call = byProvider().at(1_120, { type: 'voice', on: true, atMs: 1_000 });
    call
      .at(2_000, said('I would like to', false))
      .at(2_500, said('I would like to.', true, 'ended'))
      .runUntil(6_000);
    expect(call.events[0]).toMatchObject({
      type: 'CallerTurnCommitted',
      recordedAtMs: 2_500,
      data: { text: 'I would like to.', endpointing: 'transcript' },
    });
  });

  it('do not end by voice activity, nor is it asked for a final', () => {
    const call = byProvider().says(1_000, 'When do you open?').runUntil(5_000);
    expect(call.effects.filter(({ type }) => type === 'finalize')).toEqual([]);
    expect(call.of('CallerTurnCommitted')).toEqual([]);
  });

  it('still end by the safety net where it says nothing', () => {
    const call = byProvider().says(1_000, 'When do you open?').runUntil(12_000);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ endpointing: 'forced' }]);
    expect(call.events[0]?.recordedAtMs).toBe(2_500 + 5_000);
  });

  it('are prepared for when they have probably ended, and it may take that back', () => {
    const call = new Conversation({
      settings: { turnDetection: 'provider', speculates: true },
      model: () => [{ afterMs: 400, text: 'All right.' }],
    })
      .start()
      .at(2_000, said('Book a table', false, 'probably_ended'))
      .at(2_300, said('Book a table', false, 'resumed'))
      .at(2_700, said('Book a table for two', false, 'probably_ended'))
      .at(3_000, said('Book a table for two.', true, 'ended'))
      .runUntil(6_000);
    expect(thoughtsAtMs(call)).toEqual([2_000, 2_700]);
    expect(call.effects.filter(({ type }) => type === 'abort')).toMatchObject([{ atMs: 2_300 }]);
    expect(call.of('CallerTurnCommitted')).toMatchObject([
      { text: 'Book a table for two.', speculation: { started: 2, promoted: true, leadMs: 300 } },
    ]);
  });

  it('wait for the words where these come later', () => {
    const call = byProvider()
      .at(2_000, said('Book a', false))
      .at(2_400, said('Book a', false, 'ended'));
    call.at(2_700, said('Book a table.', true)).runUntil(5_000);
    expect(call.events[0]).toMatchObject({ recordedAtMs: 2_700, data: { text: 'Book a table.' } });
  });

  it('are kept where the caller hangs up before it has decided', () => {
    const call = byProvider()
      .says(1_000, 'Tell them I called', { msAWord: 200 })
      .hangsUp(2_500)
      .runUntil(9_000);
    expect(call.of('CallerTurnCommitted')).toMatchObject([
      { text: 'Tell them I called', endpointing: 'call_ended' },
    ]);
  });

  it('end by voice activity again where a fallback listens that does not decide them', () => {
    const call = new Conversation({ settings: { turnDetection: 'provider' } }).start().at(500, {
      type: 'speech_to_text_failed',
      error: 'reset',
      next: { provider: 'other', finalWithinMs: 500, interims: true, decidesTurns: false },
    });
    call.says(1_000, 'When do you open?').runUntil(5_000);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ endpointing: 'transcript' }]);
  });

  it('that end while the agent speaks are answered when it is done', () => {
    const call = byProvider({ greeting: 'Welcome to our house by the sea, how can I help you today?' });
    call.at(1_500, said('Tomorrow.', true, 'ended')).runUntil(8_000);
    const spoken = call.events.find(({ type }) => type === 'GreetingSpoken');
    const committed = call.events.find(({ type }) => type === 'CallerTurnCommitted');
    expect(spoken).toMatchObject({ data: { interrupted: false } });
    expect(committed?.recordedAtMs).toBe(spoken?.recordedAtMs);
  });
});

describe('turns of a fixed buffer', () => {
  const byBuffer = () => new Conversation({ settings: { turnDetection: 'fixed_buffer' } }).start();

  it('are what was said in it', () => {
    const call = byBuffer().says(1_000, 'I would like to book a table please', { msAWord: 250 });
    call.at(2_000, { type: 'buffer_full' }).runUntil(3_000);
    expect(call.events.filter(({ type }) => type === 'CallerTurnCommitted')).toMatchObject([
      { recordedAtMs: 2_100, data: { text: 'I would like', endpointing: 'transcript' } },
    ]);
  });

  it('do not end by a pause', () => {
    const call = byBuffer().says(1_000, 'Yes.').runUntil(3_900);
    expect(call.of('CallerTurnCommitted')).toEqual([]);
    call.at(4_000, { type: 'buffer_full' }).runUntil(5_000);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ text: 'Yes.' }]);
  });

  it('have their final asked for where no buffer is ever full', () => {
    const call = byBuffer().says(1_000, 'Yes.').runUntil(6_000);
    call.at(7_000, { type: 'buffer_full' }).runUntil(12_000);
    expect(call.effects.filter(({ type }) => type === 'finalize')).toMatchObject([{ atMs: 6_600 }]);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ text: 'Yes.', endpointing: 'transcript' }]);
  });

  it('are none where nothing was heard in it', () => {
    const call = byBuffer();
    for (const atMs of [2_000, 4_000, 6_000]) call.at(atMs, { type: 'buffer_full' });
    call.runUntil(7_000);
    expect(call.effects.filter(({ type }) => type === 'finalize')).toEqual([]);
  });

  it('leave what is said later to the next one where nothing was understood in its time', () => {
    const afterNoise = (rules?: number) => {
      const settings = { turnDetection: 'fixed_buffer', ...(rules && { rules }) } as const;
      const call = new Conversation({ settings, finalAfterMs: null }).start().makesNoise(1_000, 400);
      call.at(2_000, { type: 'buffer_full' }).at(3_000, { type: 'voice', on: true, atMs: 2_900 });
      call.at(3_300, said('Book', false)).at(3_700, said('Book a table', false));
      return call.at(4_000, { type: 'buffer_full' }).at(4_100, said('Book a table.', true));
    };
    expect(afterNoise().runUntil(5_000).of('CallerTurnCommitted')).toMatchObject([
      { text: 'Book a table.', startedMs: 2_900, endpointing: 'transcript' },
    ]);
    expect(afterNoise(10).runUntil(5_000).of('CallerTurnCommitted')[0]).toMatchObject({ text: 'Book' });
  });

  it('are not what is said over the agent long after the last buffer', () => {
    const settings = { turnDetection: 'fixed_buffer', silenceTimeoutMs: 8_000 } as const;
    const call = new Conversation({ settings, finalAfterMs: null }).start().makesNoise(1_000, 400);
    call.at(2_000, { type: 'buffer_full' }).at(4_300, { type: 'voice', on: true, atMs: 4_250 });
    call.at(4_600, said('One table', false)).at(5_000, said('One table for two', false)).runUntil(5_500);
    expect(call.of('PromptSpoken')).toMatchObject([{ cutBy: 'caller_speech' }]);
    expect(call.of('CallerTurnCommitted')).toEqual([]);
  });

  it('go on with the words that there are when the final does not come in its time', () => {
    const call = new Conversation({
      settings: { turnDetection: 'fixed_buffer' },
      finalAfterMs: null,
    }).start();
    call.says(1_000, 'When do you open?').at(3_000, { type: 'buffer_full' }).runUntil(4_000);
    expect(call.events[0]).toMatchObject({ recordedAtMs: 3_500, data: { endpointing: 'timeout' } });
  });
});

describe('a caller who talks and talks', () => {
  const story = Array.from({ length: 400 }, (_, n) => `w${n}`).join(' ');
  const limited = (callerTurnLimitMs: number | null) =>
    new Conversation({ settings: { callerTurnLimitMs } }).start().says(1_000, story);

  it('is cut in on politely, and does not stop the agent from that', () => {
    const call = limited(20_000).runUntil(24_000);
    expect(call.events[0]).toMatchObject({ recordedAtMs: 21_100, data: { endpointing: 'forced' } });
    expect(call.effects.find(({ type }) => type === 'say')).toMatchObject({
      atMs: 21_100,
      text: 'Excuse me for cutting in.',
    });
    expect(call.carrier.heard[0]?.[1]).toBeGreaterThanOrEqual(21_160 + 1_500);
  });

  it('is timed by where it was cut in on, and not by a pause before', () => {
    const paused = (rules?: number) => {
      const settings = { callerTurnLimitMs: 20_000, turnBudgetMs: 2_000, ...(rules && { rules }) };
      const call = new Conversation({ settings }).start().says(1_000, 'I have a story and');
      return call.says(2_900, story).runUntil(30_000);
    };
    const call = paused();
    expect(call.of('CallerTurnCommitted')[0]).toMatchObject({ startedMs: 1_000, endedMs: 21_000 });
    expect(call.of('AgentTurnSpoken')[0]?.latency).toMatchObject({ endpointingMs: 100, responseMs: 160 });
    expect(call.of('TurnBudgetExceeded')).toEqual([]);
    expect(paused(10).of('AgentTurnSpoken')[0]?.latency).toMatchObject({ responseMs: 18_660 });
  });

  it('is heard on where there is no limit', () => {
    expect(limited(null).runUntil(100_000).events).toEqual([]);
  });

  it('is not cut in on for what was said over the agent', () => {
    const call = new Conversation({
      settings: {
        callerTurnLimitMs: 3_000,
        interruptionSensitivity: 'off',
        greeting: 'Welcome to our house by the sea. '.repeat(3),
      },
    }).start();
    call.says(800, story.split(' ').slice(0, 20).join(' '), { msAWord: 350 }).runUntil(10_000);
    expect(call.of('GreetingSpoken')).toMatchObject([{ interrupted: false }]);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ endpointing: 'transcript' }]);
  });

  it('is asked for words where these come only at a pause', () => {
    const call = new Conversation({
      settings: { interims: false, callerTurnLimitMs: 20_000 },
      finalAfterMs: null,
    });
    call.start().at(1_120, { type: 'voice', on: true, atMs: 1_000 });
    call.at(21_400, said('And then it rained.', true)).runUntil(23_000);
    expect(call.effects.filter(({ type }) => type === 'finalize')).toMatchObject([{ atMs: 21_000 }]);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ text: 'And then it rained.' }]);
  });
});
