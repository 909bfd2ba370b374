import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationOptions } from '../../../test/support/voice/conversation.js';

/** Ten seconds of speech, from about 3,060 ms on. */
const STORY =
  'Once upon a time there was a small village by the sea. Its people were fishermen, and they sang at night while the boats came home to the harbour.';

const talking = ({ settings, ...options }: ConversationOptions = {}) =>
  new Conversation({
    model: (asked) => [{ afterMs: 200, text: asked === 0 ? STORY : 'Good.' }],
    ...options,
    settings: { turnBudgetMs: 2_000, ...settings },
  })
    .start()
    .says(1_000, 'Tell me.');

const firstSpoken = (call: Conversation) => call.runUntil(30_000).of('AgentTurnSpoken')[0];

describe("what cut the agent's speech", () => {
  it.each([
    ["the caller's words", talking().says(6_000, 'I have a question.'), 'caller_speech'],
    ["the caller's keys", talking().presses(6_000, '7').presses(6_200, '#'), 'caller_keys'],
    ['that the caller hung up', talking().hangsUp(6_000), 'caller_hung_up'],
    ['that the line broke', talking().hangsUp(6_000, 'closed'), 'media_lost'],
    ['the longest time of a call', talking({ settings: { maxDurationMs: 6_000 } }), 'max_duration'],
    [
      'a voice that hangs in mid-sentence',
      talking({ speech: () => ({ pieces: 3, everyMs: 100, ends: 'hangs' }) }),
      'failure',
    ],
  ])('is told: %s', (_, call, cutBy) => {
    expect(firstSpoken(call)).toMatchObject({ interrupted: true, cutBy });
  });

  it('is told of the greeting, too', () => {
    const call = new Conversation({ settings: { greeting: STORY } }).start().hangsUp(3_000).runUntil(9_000);
    expect(call.of('GreetingSpoken')).toMatchObject([{ interrupted: true, cutBy: 'caller_hung_up' }]);
  });

  it('is not told where nothing did', () => {
    const spoken = firstSpoken(talking());
    expect(spoken).toMatchObject({ interrupted: false });
    expect(spoken).not.toHaveProperty('cutBy');
  });

  it('is not told by a conversation of before', () => {
    expect(firstSpoken(talking({ settings: { rules: 1 } }).hangsUp(6_000))).not.toHaveProperty('cutBy');
  });
});

describe('how long the caller took to silence the agent', () => {
  const coughs = (call: Conversation) => call.makesNoise(4_000, 200);
  const tookMs = (call: Conversation) => firstSpoken(call)?.latency.interruptionMs;

  it('is nothing where the caller only coughed before the line went', () => {
    expect(tookMs(coughs(talking()).hangsUp(6_000))).toBeNull();
    expect(tookMs(coughs(talking({ settings: { rules: 1 } })).hangsUp(6_000))).toBe(2_000);
  });

  it('is nothing where it was a key', () => {
    expect(tookMs(coughs(talking()).presses(6_000, '7').presses(6_200, '#'))).toBeNull();
  });

  it('is not counted from a cough before words that voice activity missed', () => {
    const call = coughs(talking()).mumbles(6_000, 'I have a question.');
    expect(firstSpoken(call)).toMatchObject({ cutBy: 'caller_speech', latency: { interruptionMs: null } });
  });

  it('is counted from the words, where a cough came before them', () => {
    const call = coughs(talking()).says(5_500, 'Wait');
    expect(tookMs(call)).toBe((firstSpoken(call)?.endedMs ?? 0) - 5_500);
  });
});
