import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationOptions } from '../../../test/support/voice/conversation.js';
import type { ModelScript } from '../../../test/support/voice/virtual-model.js';

const STORY =
  'Once upon a time there was a dentist who opened at nine, closed at one, and told every caller about it at great length, since nobody ever stopped him.';

const tellsStory: ModelScript = (asked) => [{ afterMs: 200, text: asked === 0 ? STORY : 'Good.' }];

const callWith = ({ settings, ...options }: ConversationOptions = {}): Conversation =>
  new Conversation({ model: tellsStory, ...options, settings: { turnBudgetMs: 2_000, ...settings } }).start();

const spoken = (call: Conversation) => call.of('AgentTurnSpoken');

describe('who served a turn', () => {
  it("is told with the answer: the agent's choices", () => {
    const call = callWith().says(1_000, 'Tell me.').runUntil(30_000);
    expect(spoken(call)).toMatchObject([
      { providers: { speechToText: 'sandbox', languageModel: 'sandbox', textToSpeech: 'sandbox' } },
    ]);
  });

  it('is the fallback in the turn in which a model failed, and the first choice again in the next one', () => {
    const call = callWith({
      settings: { fallbacks: { language_model: ['second'], text_to_speech: [] } },
      model: (asked, rank) =>
        rank === 0 && asked === 0
          ? [{ afterMs: 100, fails: 'status 500' }]
          : [{ afterMs: 100, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .says(6_000, 'And on Sunday?')
      .runUntil(12_000);
    expect(spoken(call).map(({ providers }) => providers?.languageModel)).toEqual(['second', 'sandbox']);
  });

  it('is the other ear from when it listens', () => {
    const next = { provider: 'other', finalWithinMs: 500, interims: true, decidesTurns: false };
    const call = callWith()
      .at(500, { type: 'speech_to_text_failed', error: 'reset', next, exhausted: false })
      .says(1_000, 'Tell me.')
      .runUntil(30_000);
    expect(spoken(call)).toMatchObject([{ providers: { speechToText: 'other' } }]);
  });
});

describe('how long the caller took to silence the agent', () => {
  it('is to when voice alone did, though the words that cut the answer came later', () => {
    const call = callWith().says(1_000, 'Tell me.').says(6_000, 'Tomorrow, is it?').runUntil(30_000);
    const [clear] = call.effects.filter(({ type }) => type === 'clear');
    expect(clear?.atMs).toBe(6_500);
    expect(spoken(call)[0]).toMatchObject({ interrupted: true, latency: { interruptionMs: 500 } });
    expect(spoken(call)[0]?.endedMs).toBeGreaterThan(6_500);
  });

  it('is to the word where one did', () => {
    const call = callWith().says(1_000, 'Tell me.').says(3_000, 'Stop!').runUntil(30_000);
    const [clear] = call.effects.filter(({ type }) => type === 'clear');
    const [first] = spoken(call);
    expect(first).toMatchObject({ interrupted: true, endedMs: clear?.atMs });
    expect(first?.latency.interruptionMs).toBe((clear?.atMs ?? 0) - 3_000);
  });

  it('is nothing where the caller hangs up without a word', () => {
    const call = callWith().says(1_000, 'Tell me.').hangsUp(6_000).runUntil(20_000);
    expect(spoken(call)).toMatchObject([{ interrupted: true, latency: { interruptionMs: null } }]);
  });
});

it('a conversation of before is replayed as it was: without what it did not tell', () => {
  const call = new Conversation({ model: tellsStory, settings: { rules: 1 } })
    .start()
    .says(1_000, 'Tell me.')
    .says(6_000, 'Tomorrow, is it?')
    .runUntil(30_000);
  const [first] = spoken(call);
  expect(first).not.toHaveProperty('providers');
  expect(first?.latency.interruptionMs).toBe((first?.endedMs ?? 0) - 6_000);
});
