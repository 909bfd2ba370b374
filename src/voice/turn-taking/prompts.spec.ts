import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationOptions } from '../../../test/support/voice/conversation.js';

const STILL_THERE = 'Are you still there?';

/** Nobody says a word: "Are you still there?" begins at 5,060 ms, and takes 1,200 ms. */
const silent = ({ settings, ...options }: ConversationOptions = {}) =>
  new Conversation({ ...options, settings: { silenceTimeoutMs: 10_000, ...settings } }).start();

describe('what was heard of a prompt', () => {
  it('is known when it was said to its end', () => {
    const call = silent().runUntil(8_000);
    expect(call.of('SilencePrompted')).toEqual([{ rung: 1, text: STILL_THERE, turn: 0, atMs: 5_000 }]);
    expect(call.of('PromptSpoken')).toEqual([
      {
        turn: 0,
        heardText: STILL_THERE,
        heardMs: 1_200,
        interrupted: false,
        startedMs: 5_060,
        endedMs: 6_260,
      },
    ]);
  });

  it('is less than its text where the caller speaks into it', () => {
    const call = silent().says(4_900, 'Yes, stop, I am here.').runUntil(6_200);
    const [spoken] = call.of('PromptSpoken');
    expect(spoken).toMatchObject({ turn: 0, interrupted: true, cutBy: 'caller_speech' });
    expect(STILL_THERE.startsWith(spoken?.heardText ?? '-')).toBe(true);
    expect(spoken?.heardText).not.toBe(STILL_THERE);
  });

  it('is nothing where the caller speaks before it begins', () => {
    const call = silent({ speech: () => ({ firstByteMs: 900 }) })
      .mumbles(5_400, 'Yes, I am here.')
      .runUntil(5_800);
    expect(call.of('PromptSpoken')).toEqual([
      {
        turn: 0,
        heardText: '',
        heardMs: 0,
        interrupted: true,
        cutBy: 'caller_speech',
        startedMs: null,
        endedMs: 5_400,
      },
    ]);
  });

  it('is nothing where the voice makes nothing of it', () => {
    const call = silent({ speech: () => ({ pieces: 0, ends: 'fails' }) }).runUntil(6_000);
    expect(call.of('PromptSpoken')).toMatchObject([
      { heardText: '', interrupted: true, cutBy: 'failure', startedMs: null },
    ]);
  });

  it('is told of every notice, and before the end of the call', () => {
    const resumed = new Conversation({ settings: { attempt: 2 } })
      .start({ turn: 3, unanswered: false, agentCutOff: true })
      .runUntil(3_000);
    expect(resumed.events).toMatchObject([
      { type: 'NoticeGiven', data: { notice: 'resumed', turn: 3 } },
      { type: 'PromptSpoken', data: { turn: 3, interrupted: false } },
    ]);
    const tooLong = silent({ settings: { maxDurationMs: 3_000 } }).runUntil(20_000);
    expect(tooLong.events.map(({ type }) => type)).toEqual(['NoticeGiven', 'PromptSpoken', 'CallEnded']);
  });

  it('is not told by a conversation of before', () => {
    const call = silent({ settings: { rules: 3 } }).runUntil(8_000);
    expect(call.events.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'SilencePrompted', data: { rung: 1, text: STILL_THERE, atMs: 5_000 } },
    ]);
  });
});
