import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { NEWEST_RULES } from './rules.js';

const typesOf = (call: Conversation) => call.events.map(({ type }) => type);

describe('the end of a call', () => {
  it('is the caller hanging up, with the words said until then', () => {
    const call = new Conversation()
      .start()
      .says(1_000, 'I will call you back later')
      .at(2_000, { type: 'socket', state: 'stop' })
      .runUntil(10_000);
    expect(typesOf(call)).toEqual(['CallerTurnCommitted', 'CallEnded']);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ endpointing: 'call_ended' }]);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'caller_hung_up', by: 'caller' }]);
    expect(call.effects.at(-1)).toMatchObject({ type: 'close' });
  });

  it('keeps what was heard of an answer that the caller cut by hanging up', () => {
    const call = new Conversation({
      model: () => [{ afterMs: 100, text: 'We are open from eight to six every day.' }],
    })
      .start()
      .says(1_000, 'When?')
      .at(3_500, { type: 'socket', state: 'stop' })
      .runUntil(10_000);
    expect(typesOf(call).slice(-2)).toEqual(['AgentTurnSpoken', 'CallEnded']);
    expect(call.of('AgentTurnSpoken')[0]).toMatchObject({ interrupted: true });
    expect(call.of('AgentTurnSpoken')[0]?.heardText).toMatch(/^We are open/);
  });

  it('comes within ten seconds when the line is gone without a word', () => {
    const call = new Conversation().start().at(2_000, { type: 'socket', state: 'closed' }).runUntil(12_000);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'caller_hung_up', by: 'platform', atMs: 7_000 }]);
  });

  it('leaves the end to the next attempt when the carrier comes back', () => {
    const call = new Conversation()
      .start()
      .at(2_000, { type: 'socket', state: 'closed' })
      .at(3_000, { type: 'foreign', event: { type: 'MediaStreamLost', data: { attempt: 1, atMs: 3_000 } } })
      .runUntil(12_000);
    expect(call.events).toEqual([]);
    expect(call.state.phase).toBe('ended');
  });

  it('is the agent saying goodbye', () => {
    const call = new Conversation({
      model: () => [
        { afterMs: 100, text: 'Goodbye, and thank you for calling!' },
        { afterMs: 10, tool: 'end_call' },
      ],
    })
      .start()
      .says(1_000, 'Bye.')
      .runUntil(12_000);
    expect(typesOf(call)).toEqual([
      'CallerTurnCommitted',
      'ToolCalled',
      'ToolReturned',
      'AgentTurnComposed',
      'AgentTurnStarted',
      'AgentTurnSpoken',
      'CallEnded',
    ]);
    expect(call.of('AgentTurnSpoken')[0]?.heardText).toBe('Goodbye, and thank you for calling!');
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'agent_ended', by: 'agent' }]);
  });

  it('has a goodbye where the agent ends the call without a word', () => {
    const call = new Conversation({ model: () => [{ afterMs: 100, tool: 'end_call' }] })
      .start()
      .says(1_000, 'Bye.')
      .runUntil(12_000);
    expect(call.of('AgentTurnSpoken')[0]?.heardText).toBe('Goodbye!');
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'agent_ended' }]);
  });

  it('has that goodbye also where the tool returns before the model is done', () => {
    const call = new Conversation({ toolMs: 0, model: () => [{ afterMs: 100, tool: 'end_call' }] })
      .start()
      .says(1_000, 'Bye.')
      .runUntil(12_000);
    expect(call.of('AgentTurnComposed')).toMatchObject([{ text: 'Goodbye!' }]);
    expect(call.of('AgentTurnSpoken')[0]?.heardText).toBe('Goodbye!');
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'agent_ended' }]);
  });

  it('waits until a long goodbye is said', () => {
    const goodbye = `${'Thank you for calling, and have a good day. '.repeat(10)}Goodbye!`;
    const call = new Conversation({
      model: () => [
        { afterMs: 100, text: goodbye },
        { afterMs: 10, tool: 'end_call' },
      ],
    })
      .start()
      .says(1_000, 'Bye.')
      .runUntil(60_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: goodbye, interrupted: false }]);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'agent_ended' }]);
  });

  it('keeps a word that the caller said beside the goodbye', () => {
    const call = new Conversation({
      model: () => [
        { afterMs: 100, text: 'Goodbye, and thank you for calling!' },
        { afterMs: 10, tool: 'end_call' },
      ],
    })
      .start()
      .says(1_000, 'Bye.')
      .says(2_300, 'Cheers')
      .runUntil(12_000);
    expect(typesOf(call).slice(-3)).toEqual(['AgentTurnSpoken', 'CallerTurnCommitted', 'CallEnded']);
    expect(call.of('CallerTurnCommitted').at(-1)).toMatchObject({
      text: 'Cheers',
      endpointing: 'call_ended',
    });
  });

  it('follows silence: the agent asks, then says goodbye', () => {
    const call = new Conversation({ settings: { greeting: 'Hello.' } }).start().runUntil(40_000);
    expect(call.of('SilencePrompted')).toMatchObject([
      { rung: 1, text: 'Are you still there?', atMs: 10_420 },
      { rung: 2, atMs: 20_420 },
    ]);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'silence', by: 'platform' }]);
  });

  it('leaves whoever is asked time to answer, however short the silence may be', () => {
    const rungs = (silenceTimeoutMs: number, rules?: number) => {
      const settings = { greeting: '', silenceTimeoutMs, ...(rules && { rules }) };
      return new Conversation({ settings })
        .start()
        .runUntil(30_000)
        .of('SilencePrompted')
        .map(({ atMs }) => atMs);
    };
    // The question is heard from 60 ms on, for 1,200 ms.
    expect(rungs(4_000)).toEqual([2_000, 2_000 + 1_260 + 2_000]);
    expect(rungs(12_000)).toEqual([6_000, 6_000 + 1_260 + 5_000]);
    expect(rungs(14_000)).toEqual([7_000, 14_000]);
    expect(rungs(4_000, 6)).toEqual([2_000, 4_000]);
  });

  it('does not follow silence that words or keys broke', () => {
    const call = new Conversation({ settings: { greeting: 'Hello.' } })
      .start()
      .says(8_000, 'I am thinking.')
      .at(18_000, { type: 'key', digit: '1' })
      .runUntil(28_000);
    expect(call.of('SilencePrompted')).toEqual([]);
  });

  it.each([
    [NEWEST_RULES, 13_000],
    // Its half is due each 4 s, and put off as long as no media comes.
    [5, 12_000],
  ])('does not follow the silence of a line that hangs, by rules %i', (rules, askedAtMs) => {
    const call = new Conversation({ settings: { silenceTimeoutMs: 8_000, rules } })
      .start()
      .at(1_000, { type: 'media', flows: false })
      .at(9_000, { type: 'media', flows: true })
      .runUntil(30_000);
    expect(call.of('SilencePrompted').map(({ atMs }) => atMs)).toEqual([askedAtMs, expect.any(Number)]);
  });

  it.each([
    [NEWEST_RULES, []],
    [5, ['not understood']],
  ])('is nothing to ask about on a line that hangs: what nobody could say, by rules %i', (rules, asks) => {
    const call = new Conversation({ settings: { rules } })
      .start()
      .makesNoise(1_000, 800)
      .at(3_000, { type: 'media', flows: false })
      .runUntil(9_000);
    expect(call.of('CallerTurnCommitted').map(() => 'not understood')).toEqual(asks);
  });

  it('is not put off by noise', () => {
    const call = new Conversation({ settings: { greeting: 'Hello.' }, finalAfterMs: 20 }).start();
    for (let atMs = 1_000; atMs < 60_000; atMs += 3_000) call.makesNoise(atMs, 600);
    call.runUntil(60_000);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'silence' }]);
  });

  it('comes at the longest duration, in the middle of anything', () => {
    const call = new Conversation({
      settings: { maxDurationMs: 10_000 },
      model: () => [{ afterMs: 100, text: 'This is a story without an end. '.repeat(20) }],
    })
      .start()
      .says(5_000, 'Tell me.')
      .runUntil(30_000);
    expect(call.of('NoticeGiven')).toMatchObject([{ notice: 'max_duration', atMs: 10_000 }]);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'max_duration', by: 'platform' }]);
  });

  it('comes soon after the longest duration, though the caller talks over the notice', () => {
    const call = new Conversation({ settings: { maxDurationMs: 10_000 } }).start();
    for (let atMs = 10_500; atMs < 60_000; atMs += 4_000) call.says(atMs, 'But I have a question.');
    call.runUntil(60_000);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'max_duration', by: 'platform', atMs: 25_000 }]);
  });

  it('comes by a watchdog when nothing of the goodbye can be played', () => {
    const call = new Conversation({
      settings: { maxDurationMs: 5_000 },
      speech: () => ({ firstByteMs: 60_000 }),
    })
      .start()
      .runUntil(30_000);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'max_duration' }]);
  });

  it('leaves nothing running where the voice hangs in the goodbye', () => {
    const call = new Conversation({
      toolMs: 0,
      model: () => [
        { afterMs: 100, tool: 'end_call' },
        { afterMs: 10, text: 'Goodbye, and thank you for calling! And also ' },
        { afterMs: 10, hangs: true },
      ],
      speech: (said) => ({ pieces: said === 0 ? 4 : 1, everyMs: 50, ends: 'hangs' }),
    })
      .start()
      .says(1_000, 'Bye.')
      .runUntil(12_000);
    expect(call.effects).toContainEqual(expect.objectContaining({ type: 'abort', model: '1.1' }));
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: 'Goodbye, and', interrupted: true }]);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'agent_ended' }]);
  });

  it('is silent when an operator or another worker ended it', () => {
    const ended = { reason: 'operator', by: 'operator', atMs: 1, durationMs: 1 } as const;
    const call = new Conversation({ settings: { greeting: 'Hello, and welcome to the company.' } })
      .start()
      .at(1_000, { type: 'foreign', event: { type: 'CallEnded', data: ended } })
      .runUntil(10_000);
    expect(typesOf(call)).toEqual(['GreetingStarted']);
    expect(call.effects.at(-1)).toMatchObject({ type: 'close' });
  });

  it('comes when the carrier reports it, though the socket stays', () => {
    const report = { status: 'completed', sequence: 2, source: null, durationSeconds: 3 } as const;
    const call = new Conversation()
      .start()
      .at(3_000, { type: 'foreign', event: { type: 'CallStatusReported', data: report } })
      .runUntil(10_000);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'caller_hung_up', by: 'caller', atMs: 3_000 }]);
  });
});
