import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationOptions } from '../../../test/support/voice/conversation.js';

const FALLBACKS = { language_model: ['second', 'third'], text_to_speech: ['second', 'third'] };
const ANSWER = 'We are open from eight in the morning. Come and see us at any time!';

const callWith = ({ settings, ...options }: ConversationOptions): Conversation =>
  new Conversation({ ...options, settings: { fallbacks: FALLBACKS, ...settings } }).start();

const thinks = (call: Conversation) => call.effects.filter(({ type }) => type === 'think');
const heard = (call: Conversation) => call.of('AgentTurnSpoken').map(({ heardText }) => heardText);
const failOvers = (call: Conversation) =>
  call.of('ProviderFailedOver').map(({ capability, from, to, reason }) => ({ capability, from, to, reason }));

const model = (from: string, to: string, reason: string) => ({
  capability: 'language_model',
  from,
  to,
  reason,
});
const voice = (from: string, to: string, reason: string) => ({
  capability: 'text_to_speech',
  from,
  to,
  reason,
});

describe('a model that fails, with others behind it', () => {
  it('is followed by the next one, and the caller notices nothing but the time', () => {
    const call = callWith({
      model: (_, rank) =>
        rank === 0 ? [{ afterMs: 100, fails: 'status 500' }] : [{ afterMs: 100, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(9_000);
    expect(heard(call)).toEqual(['At eight.']);
    expect(call.of('ProviderFailed')).toMatchObject([{ provider: 'sandbox', error: 'status 500' }]);
    expect(failOvers(call)).toEqual([model('sandbox', 'second', 'error')]);
  });

  it('by its deadline is aborted as late, and each of the next ones has two seconds of its own', () => {
    const call = callWith({
      model: (_, rank) => (rank < 2 ? [] : [{ afterMs: 100, text: 'At eight.' }]),
    })
      .says(1_000, 'When do you open?')
      .runUntil(14_000);
    const [first, second, third] = thinks(call).map(({ atMs }) => atMs);
    expect([second, third]).toEqual([(first ?? 0) + 2_000, (first ?? 0) + 4_000]);
    expect(call.effects).toContainEqual(expect.objectContaining({ type: 'abort', model: '1.1', late: true }));
    expect(failOvers(call)).toEqual([
      model('sandbox', 'second', 'deadline'),
      model('second', 'third', 'deadline'),
    ]);
    expect(heard(call)).toEqual(['At eight.']);
  });

  it("isn't waited for where it isn't even asked, since it failed in other calls", () => {
    const call = callWith({
      model: (_, rank) =>
        rank === 0
          ? [{ afterMs: 0, fails: 'not asked', circuitOpen: true }]
          : [{ afterMs: 100, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(9_000);
    expect(call.of('ProviderFailed')).toEqual([]);
    expect(failOvers(call)).toEqual([model('sandbox', 'second', 'circuit_open')]);
    const [first, second] = thinks(call).map(({ atMs }) => atMs);
    expect(second).toBe(first);
  });

  it('in mid-answer is followed by one that knows what was said: nothing is lost, and nothing said twice', () => {
    const call = callWith({
      model: (_, rank) =>
        rank === 0
          ? [
              { afterMs: 100, text: 'We are open from eight in the morning, and our doc' },
              { afterMs: 500, fails: 'reset' },
            ]
          : [{ afterMs: 200, text: 'and until six in the evening.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(12_000);
    expect(thinks(call)[1]).toMatchObject({ rank: 1, said: 'We are open from eight in the morning,' });
    expect(heard(call)).toEqual(['We are open from eight in the morning, and until six in the evening.']);
    expect(call.of('AgentTurnComposed')).toMatchObject([
      { text: 'We are open from eight in the morning, and until six in the evening.' },
    ]);
  });

  it('before a piece could be spoken is followed by one that begins anew', () => {
    const call = callWith({
      model: (_, rank) =>
        rank === 0
          ? [
              { afterMs: 100, text: 'We are' },
              { afterMs: 300, fails: 'reset' },
            ]
          : [{ afterMs: 200, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(12_000);
    expect(thinks(call)[1]).not.toHaveProperty('said');
    expect(heard(call)).toEqual(['At eight.']);
  });

  it('while its tool runs is followed by one that is asked once the result is there', () => {
    const call = callWith({
      toolMs: 1_000,
      model: (_, rank) =>
        rank === 0
          ? [
              { afterMs: 100, tool: 'find_slot' },
              { afterMs: 100, fails: 'reset' },
            ]
          : [{ afterMs: 200, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(12_000);
    expect(call.of('ToolCalled')).toHaveLength(1);
    const returned = call.events.find(({ type }) => type === 'ToolReturned');
    expect(thinks(call)[1]?.atMs).toBe(returned?.recordedAtMs);
    expect(heard(call)).toEqual(['At eight.']);
  });

  it('as the last of them is apologized for, and three such turns end the call', () => {
    const call = callWith({ model: () => [{ afterMs: 100, fails: 'status 500' }] });
    for (const atMs of [1_000, 10_000, 20_000]) call.says(atMs, 'When do you open?');
    call.runUntil(40_000);
    expect(heard(call)[0]).toMatch(/Sorry/);
    expect(call.of('ProviderFailed')).toHaveLength(9);
    expect(heard(call).at(-1)).toMatch(/technical problem/);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'failed', by: 'platform' }]);
  });

  it('once is the first choice again in the next turn', () => {
    const call = callWith({
      model: (asked) =>
        asked === 0 ? [{ afterMs: 100, fails: 'x' }] : [{ afterMs: 100, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .says(8_000, 'And on Sunday?')
      .runUntil(20_000);
    expect(thinks(call).map((effect) => ('rank' in effect ? effect.rank : 0))).toEqual([0, 1, 0]);
  });
});

describe('a voice that fails, with others behind it', () => {
  const says = (speech: ConversationOptions['speech']) =>
    callWith({ model: () => [{ afterMs: 100, text: ANSWER }], ...(speech && { speech }) })
      .says(1_000, 'When?')
      .runUntil(16_000);

  it.each(['fails', 'hangs'] as const)('and %s before a word leaves all of it to the next', (ends) => {
    const call = says((_, rank) => (rank === 0 ? { ends } : {}));
    expect(heard(call)).toEqual([ANSWER]);
    expect(failOvers(call)).toEqual([voice('sandbox', 'second', ends === 'fails' ? 'error' : 'deadline')]);
    expect(call.of('CallEnded')).toEqual([]);
  });

  it('and hangs is waited for one second', () => {
    const call = says((_, rank) => (rank === 0 ? { ends: 'hangs' } : {}));
    const [first, again] = call.effects.filter(({ type }) => type === 'say');
    const rewind = call.effects.find(({ type }) => type === 'rewind');
    expect(rewind).toMatchObject({ chunk: 0, ms: 0, late: true, atMs: (first?.atMs ?? 0) + 1_000 });
    expect(again).toBeDefined();
  });

  it('in its second sentence is followed from there, and the first is not said again', () => {
    const call = says((said) => (said === 1 ? { pieces: 2, ends: 'fails' } : {}));
    expect(heard(call)).toEqual([ANSWER]);
    const again = call.effects.filter(
      (effect) => effect.type === 'say' && effect.rank === 1 && effect.reply === 1,
    );
    expect(again).toMatchObject([{ chunk: 1, text: 'Come and see us at any time!' }]);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ interrupted: false }]);
  });

  it('in a sentence that is heard already is followed from the word that is being said', () => {
    const call = says((said) => (said === 0 ? { pieces: 4, everyMs: 300, ends: 'hangs' } : {}));
    const [again] = call.effects.flatMap((effect) =>
      effect.type === 'say' && effect.rank === 1 ? [effect] : [],
    );
    expect(again?.text).toMatch(/^\w+( \w+)* in the morning\.$/);
    expect('We are open from eight in the morning.').toContain(again?.text);
    const rewind = call.effects.find(({ type }) => type === 'rewind');
    expect(rewind).toMatchObject({ chunk: 0, late: true });
    expect((rewind as { ms: number }).ms).toBeGreaterThan(500);
    expect(heard(call)).toEqual([ANSWER]);
  });

  it('stays the second choice for the rest of the call: a voice that changes twice is odd', () => {
    const call = callWith({ speech: (said) => (said === 0 ? { ends: 'fails' } : {}) })
      .says(1_000, 'When?')
      .says(6_000, 'And then?')
      .runUntil(12_000);
    const ranks = call.effects.flatMap((effect) => (effect.type === 'say' ? [effect.rank] : []));
    expect(ranks).toEqual([0, 1, 1]);
  });

  it('as the last of them ends the call at once where none is even asked any more', () => {
    const call = callWith({ settings: { fallbacks: { language_model: [], text_to_speech: [] } } })
      .says(1_000, 'When?')
      .at(2_500, { type: 'audio_failed', reply: 1, chunk: 0, error: 'not asked', circuitOpen: true })
      .runUntil(9_000);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'failed', by: 'platform' }]);
  });
});

describe('a speech-to-text that fails, with another behind it', () => {
  const next = { provider: 'second', finalWithinMs: 400, interims: false };

  it('is followed by it, and the conversation reckons with the other one', () => {
    const call = callWith({})
      .at(500, { type: 'speech_to_text_failed', error: 'reset', next })
      .runUntil(1_000);
    expect(failOvers(call)).toEqual([
      { capability: 'speech_to_text', from: 'sandbox', to: 'second', reason: 'error' },
    ]);
    expect(call.state.settings).toMatchObject({ finalWithinMs: 400, interims: false });
    expect(call.state.settings.providers.speech_to_text).toBe('second');
  });

  it('ends the call only once all of them have failed three times', () => {
    const call = callWith({});
    for (let n = 0; n < 5; n++) {
      call.at(500 + n, { type: 'speech_to_text_failed', error: 'reset', next, exhausted: n % 2 === 1 });
    }
    call.runUntil(1_000);
    expect(call.of('NoticeGiven')).toEqual([]);
    call.at(1_000, { type: 'speech_to_text_failed', error: 'reset', next, exhausted: true }).runUntil(12_000);
    expect(call.of('NoticeGiven')).toMatchObject([{ notice: 'failed' }]);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'failed' }]);
  });
});

describe('an answer that comes later than its budget', () => {
  const budget = { turnBudgetMs: 2_000 };

  it('is noted, with the stage that took longest and whose it is', () => {
    const call = callWith({
      settings: budget,
      model: (_, rank) => (rank === 0 ? [] : [{ afterMs: 100, text: 'At eight.' }]),
    })
      .says(1_000, 'When do you open?')
      .runUntil(9_000);
    const [exceeded] = call.of('TurnBudgetExceeded');
    expect(exceeded).toMatchObject({
      turn: 1,
      budgetMs: 2_000,
      slowestStage: 'model_first_token',
      stageMs: 2_100,
      provider: 'second',
    });
    expect(exceeded?.responseMs).toBe(call.of('AgentTurnSpoken')[0]?.latency.responseMs);
  });

  it('may be the voice that took so long', () => {
    const call = callWith({
      settings: budget,
      speech: () => ({ firstByteMs: 990 }),
      model: () => [{ afterMs: 700, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(9_000);
    expect(call.of('TurnBudgetExceeded')).toMatchObject([
      { slowestStage: 'synthesis_first_byte', stageMs: 990, provider: 'sandbox' },
    ]);
  });

  it.each([[{ ...budget }], [{}]])(
    'is only noted where it is late, and there is a budget: %j',
    (settings) => {
      const afterMs = 'turnBudgetMs' in settings ? 200 : 1_900;
      const call = callWith({ settings, model: () => [{ afterMs, text: 'At eight.' }] })
        .says(1_000, 'When do you open?')
        .runUntil(9_000);
      expect(call.of('AgentTurnSpoken')).toHaveLength(1);
      expect(call.of('TurnBudgetExceeded')).toEqual([]);
    },
  );
});
