import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationOptions } from '../../../test/support/voice/conversation.js';

const FALLBACKS = { language_model: ['second', 'third'], text_to_speech: [] };

const callWith = ({ settings, ...options }: ConversationOptions): Conversation =>
  new Conversation({ ...options, settings: { fallbacks: FALLBACKS, ...settings } }).start();

const thinks = (call: Conversation) => call.effects.filter(({ type }) => type === 'think');
const heard = (call: Conversation) => call.of('AgentTurnSpoken').map(({ heardText }) => heardText);
const failOvers = (call: Conversation) =>
  call.of('ProviderFailedOver').map(({ from, to, reason }) => ({ from, to, reason }));

const model = (from: string, to: string, reason: string) => ({ from, to, reason });

describe('a model that is slow, with another asked beside it', () => {
  const hedged = (script: ConversationOptions['model']) =>
    callWith({ settings: { hedgeAfterMs: 600 }, ...(script && { model: script }) })
      .says(1_000, 'When do you open?')
      .runUntil(9_000);

  it('loses to a faster one, and its answer is counted as given up', () => {
    const call = hedged((_, rank) => [{ afterMs: rank === 0 ? 1_800 : 200, text: `From ${rank}.` }]);
    const [first, second] = thinks(call).map(({ atMs }) => atMs);
    expect(second).toBe((first ?? 0) + 600);
    expect(heard(call)).toEqual(['From 1.']);
    expect(call.of('AgentTurnComposed')).toMatchObject([{ abandonedAnswers: 1 }]);
    expect(failOvers(call)).toEqual([model('sandbox', 'second', 'slower')]);
    expect(call.of('ProviderFailed')).toEqual([]);
  });

  it('wins where its first token comes first, and the other is stopped', () => {
    const call = hedged((_, rank) => [{ afterMs: rank === 0 ? 800 : 900, text: `From ${rank}.` }]);
    expect(heard(call)).toEqual(['From 0.']);
    expect(call.of('AgentTurnComposed')).toMatchObject([{ abandonedAnswers: 1 }]);
    expect(call.effects).toContainEqual(expect.objectContaining({ type: 'abort', model: '1.2' }));
    expect(failOvers(call)).toEqual([]);
  });

  it('and fails is followed by the one that is asked already', () => {
    const call = hedged((_, rank) =>
      rank === 0 ? [{ afterMs: 700, fails: 'status 500' }] : [{ afterMs: 900, text: 'From 1.' }],
    );
    expect(thinks(call)).toHaveLength(2);
    expect(heard(call)).toEqual(['From 1.']);
    expect(failOvers(call)).toEqual([model('sandbox', 'second', 'error')]);
  });

  it('goes on where the other fails', () => {
    const call = hedged((_, rank) =>
      rank === 0 ? [{ afterMs: 1_500, text: 'From 0.' }] : [{ afterMs: 100, fails: 'status 500' }],
    );
    expect(heard(call)).toEqual(['From 0.']);
    expect(call.of('ProviderFailed')).toMatchObject([{ provider: 'second' }]);
    expect(failOvers(call)).toEqual([]);
  });

  it('is no less slow where it was asked before the turn was over', () => {
    const call = callWith({
      settings: { hedgeAfterMs: 600, speculates: true },
      model: (_, rank) => [{ afterMs: rank === 0 ? 5_000 : 200, text: `From ${rank}.` }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(9_000);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ speculation: { promoted: true } }]);
    expect(heard(call)).toEqual(['From 1.']);
    expect(failOvers(call)).toEqual([model('sandbox', 'second', 'slower')]);
  });

  const told = (call: Conversation) => call.of('ProviderFailed').map(({ provider }) => provider);
  /** With rules of before, the first token wins, whatever it is. */
  const racing = (script: (rank: number) => ReturnType<NonNullable<ConversationOptions['model']>>) =>
    [11, 10].map((rules) =>
      callWith({ settings: { hedgeAfterMs: 600, rules }, model: (_, rank = 0) => script(rank) })
        .says(1_000, 'When do you open?')
        .runUntil(9_000),
    ) as [Conversation, Conversation];

  it('wins with the first words, though the other one has begun with a line break', () => {
    const [call, before] = racing((rank) =>
      rank === 0
        ? [{ afterMs: 1_500, text: 'From 0.' }]
        : [
            { text: '\n\n', afterMs: 100 },
            { text: 'From 1.', afterMs: 1_900 },
          ],
    );
    expect([heard(call), failOvers(call)]).toEqual([['From 0.'], []]);
    expect(call.of('AgentTurnComposed')).toMatchObject([{ abandonedAnswers: 1 }]);
    expect(heard(before)).toEqual(['From 1.']);
  });

  it('is no less slow where it has begun with a line break, and the other one has it whole', () => {
    const [call, before] = racing((rank) =>
      rank === 0
        ? [
            { text: ' (', afterMs: 100 },
            { text: 'From 0.)', afterMs: 1_700 },
          ]
        : [
            { text: '“', afterMs: 100 },
            { text: 'From 1.”', afterMs: 100 },
          ],
    );
    expect([heard(call), failOvers(call)]).toEqual([['“From 1.”'], [model('sandbox', 'second', 'slower')]]);
    expect(heard(before)).toEqual(['(From 0.)']);
  });

  it('is no less slow where its prepared answer has begun with a line break', () => {
    const call = callWith({
      settings: { hedgeAfterMs: 600, speculates: true },
      model: (_, rank) =>
        rank === 0
          ? [
              { afterMs: 50, text: '\n' },
              { afterMs: 0, hangs: true },
            ]
          : [{ afterMs: 200, text: 'From 1.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(9_000);
    expect([heard(call), failOvers(call)]).toEqual([['From 1.'], [model('sandbox', 'second', 'slower')]]);
  });

  it.each([
    [0, 'From 1.', 'sandbox', [model('sandbox', 'second', 'error')]],
    [1, 'From 0.', 'second', []],
  ])('has failed where it ends without a word (%s), and the other one goes on', (mute, said, who, to) => {
    const [call] = racing((rank) =>
      rank === mute
        ? [{ text: '\n', afterMs: rank === 0 ? 700 : 100 }]
        : [{ text: `From ${rank}.`, afterMs: rank === 0 ? 1_500 : 900 }],
    );
    expect(thinks(call)).toHaveLength(2);
    expect([heard(call), told(call), failOvers(call)]).toEqual([[said], [who], to]);
  });

  it('is alone where it is fast enough', () => {
    const call = hedged(() => [{ afterMs: 300, text: 'From 0.' }]);
    expect(thinks(call)).toHaveLength(1);
    expect(call.of('AgentTurnComposed')[0]).not.toHaveProperty('abandonedAnswers');
  });
});
