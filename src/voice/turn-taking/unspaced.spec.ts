import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationOptions } from '../../../test/support/voice/conversation.js';
import { NEWEST_RULES } from './rules.js';

const ANSWER = '我们每天早上八点开门，晚上六点关门，周末也是一样的时间，欢迎您随时过来看看。'.repeat(4);

/** A caller of a language that sets no spaces between its words. */
const callIn = (language: string, settings: ConversationOptions['settings'] = {}): Conversation =>
  new Conversation({
    settings: { language, ...settings },
    model: () => [{ afterMs: 200, text: ANSWER }],
  })
    .start()
    .says(1_000, '几点开门？');

const cuts = (call: Conversation) => call.of('AgentTurnSpoken').map(({ cutBy }) => cutBy);

describe('words without spaces between them', () => {
  it('stop the agent as others do, two characters for a word', () => {
    const stops = (text: string, rules = NEWEST_RULES) =>
      cuts(callIn('zh-CN', { rules }).says(6_000, text).runUntil(7_500)).includes('caller_speech');
    expect(stops('请等我问一下')).toBe(true);
    expect(stops('嗯嗯')).toBe(false);
    expect(stops('ちょっとまって')).toBe(true);
    expect(stops('ขอถามหน่อย')).toBe(true);
    expect(stops('请等我问一下', 10)).toBe(false);
  });

  it('are its echo, wherever they begin and end in what it said', () => {
    const call = callIn('zh-CN').says(6_000, '开门晚上六点').runUntil(8_000);
    expect(cuts(call)).toEqual([]);
    expect(call.state.echoes).toBeGreaterThan(0);
  });
});
