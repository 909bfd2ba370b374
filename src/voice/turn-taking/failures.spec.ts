import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';

const APOLOGY = 'Sorry, something went wrong on my side. Could you say that again?';

describe('a provider that fails', () => {
  it('as the model is apologized for, and the conversation goes on', () => {
    const call = new Conversation({
      model: (asked) =>
        asked === 0 ? [{ afterMs: 100, fails: 'status 500' }] : [{ afterMs: 100, text: 'At eight.' }],
    })
      .start()
      .says(1_000, 'When do you open?')
      .says(9_000, 'When do you open?')
      .runUntil(20_000);
    expect(call.of('ProviderFailed')).toMatchObject([
      { turn: 1, capability: 'language_model', error: 'status 500' },
    ]);
    expect(call.of('AgentTurnSpoken').map(({ heardText }) => heardText)).toEqual([APOLOGY, 'At eight.']);
  });

  it('as the model by its deadline: two seconds for the first token', () => {
    const call = new Conversation({ model: () => [] }).start().says(1_000, 'Hello?').runUntil(6_000);
    const committed = call.events.find(({ type }) => type === 'CallerTurnCommitted');
    const failed = call.events.find(({ type }) => type === 'ProviderFailed');
    expect((failed?.recordedAtMs ?? 0) - (committed?.recordedAtMs ?? 0)).toBe(2_000);
    expect(call.effects).toContainEqual(expect.objectContaining({ type: 'abort' }));
  });

  it('as the model in mid-answer keeps what was said', () => {
    const call = new Conversation({
      model: () => [
        { afterMs: 100, text: 'We are open from eight in the morning, ' },
        { afterMs: 300, fails: 'reset' },
      ],
    })
      .start()
      .says(1_000, 'When?')
      .runUntil(12_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { heardText: 'We are open from eight in the morning,' },
    ]);
  });

  it('as the model that stalls before a word of it is said has no more time than for its first token', () => {
    const call = new Conversation({
      model: () => [
        { afterMs: 100, text: 'We are' },
        { afterMs: 100, hangs: true },
      ],
    })
      .start()
      .says(1_000, 'When?')
      .runUntil(12_000);
    const [begun] = call.effects.filter(({ type }) => type === 'say');
    const committed = call.events.find(({ type }) => type === 'CallerTurnCommitted');
    expect((begun?.atMs ?? 0) - (committed?.recordedAtMs ?? 0)).toBe(2_100);
  });

  it.each([
    ['before a word of it is said', [], 2_000, [APOLOGY]],
    [
      'in mid-answer',
      [{ afterMs: 100, text: 'We are open from eight in the morning, ' }],
      5_100,
      ['We are open from eight in the morning,'],
    ],
  ])('as the model that stalls %s, though it goes on with line breaks', (_, words, failsAfterMs, said) => {
    const breaks = Array.from({ length: 600 }, () => ({ afterMs: 50, text: '\n' }));
    const answers = (rules?: number) =>
      new Conversation({
        ...(rules && { settings: { rules } }),
        model: (asked) => (asked === 0 ? [...words, ...breaks] : [{ afterMs: 100, text: 'Well.' }]),
      })
        .start()
        .says(1_000, 'When?')
        .runUntil(14_000);
    const call = answers();
    const committed = call.events.find(({ type }) => type === 'CallerTurnCommitted');
    const failed = call.events.find(({ type }) => type === 'ProviderFailed');
    expect((failed?.recordedAtMs ?? 0) - (committed?.recordedAtMs ?? 0)).toBe(failsAfterMs);
    expect(call.of('AgentTurnSpoken').map(({ heardText }) => heardText)).toEqual(said);
    expect(answers(9).of('ProviderFailed')).toEqual([]);
  });

  it('as the model after its words were played ends the answer there', () => {
    const call = new Conversation({
      model: () => [
        { afterMs: 100, text: 'We are open from eight in the morning, ' },
        { afterMs: 100, hangs: true },
      ],
    })
      .start()
      .says(1_000, 'When?')
      .says(14_000, 'Tomorrow')
      .runUntil(17_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { turn: 1, heardText: 'We are open from eight in the morning,', interrupted: false },
    ]);
    expect(call.of('CallerTurnCommitted').at(-1)).toMatchObject({ text: 'Tomorrow' });
  });

  it('as the model for the third time, in mid-answer, is told in a whole sentence', () => {
    const call = new Conversation({
      model: (asked) =>
        asked < 2
          ? [{ afterMs: 100, fails: 'status 500' }]
          : [
              { afterMs: 100, text: '\n   We are open from eight in the morning, ' },
              { afterMs: 300, fails: 'reset' },
            ],
    }).start();
    for (const atMs of [1_000, 9_000, 17_000]) call.says(atMs, 'When do you open?');
    call.runUntil(40_000);
    expect(call.of('AgentTurnSpoken').at(-1)?.heardText).toBe(
      "We are open from eight in the morning, I'm sorry, I have a technical problem and must end this call. Please try again later.",
    );
  });

  it.each(['fails', 'hangs'] as const)('as the only voice, which %s, is asked once more', (ends) => {
    const answer = 'We are open from eight in the morning. Come and see us at any time!';
    const call = new Conversation({
      model: () => [{ afterMs: 100, text: answer }],
      speech: (said) => (said === 0 ? { pieces: 4, ends } : {}),
    })
      .start()
      .says(1_000, 'When?')
      .runUntil(14_000);
    const [spoken] = call.of('AgentTurnSpoken');
    expect(spoken).toMatchObject({ heardText: answer, interrupted: false });
    expect(call.of('ProviderFailed')).toMatchObject([{ turn: 1, capability: 'text_to_speech' }]);
    expect(call.of('ProviderFailedOver')).toEqual([]);
  });

  it('as the voice in mid-answer is recorded as far as it was heard', () => {
    const call = new Conversation({
      model: () => [
        { afterMs: 100, text: 'We are open from eight in the morning. Come and see us at any time!' },
      ],
      speech: (said) => (said === 0 ? {} : { pieces: 2, ends: 'fails' }),
    })
      .start()
      .says(1_000, 'When?')
      .runUntil(12_000);
    const [spoken] = call.of('AgentTurnSpoken');
    expect(spoken).toMatchObject({ interrupted: false });
    expect(spoken?.heardText).toMatch(/^We are open from eight in the morning\. Come/);
    expect(spoken?.heardText).not.toMatch(/time/);
  });

  it('as the voice before a word of a sentence leaves that sentence out', () => {
    const call = new Conversation({
      model: () => [
        { afterMs: 100, text: 'We are open from eight in the morning. Come and see us at any time!' },
      ],
      speech: (said) => (said === 0 ? {} : { ends: 'fails' }),
    })
      .start()
      .says(1_000, 'When?')
      .runUntil(12_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { heardText: 'We are open from eight in the morning.' },
    ]);
  });

  it('as the voice that hangs in mid-answer ends the answer once what was made is played', () => {
    const call = new Conversation({
      model: () => [
        { afterMs: 100, text: 'We are open from eight in the morning. Come and see us at any time!' },
      ],
      speech: (said) => (said === 0 ? {} : { ends: 'hangs' }),
    })
      .start()
      .says(1_000, 'When?')
      .says(4_000, 'Tomorrow')
      .runUntil(12_000);
    const late = { capability: 'text_to_speech', error: 'deadline' };
    expect(call.of('ProviderFailed').slice(0, 2)).toMatchObject([late, late]);
    expect(call.of('AgentTurnSpoken')[0]).toMatchObject({
      heardText: 'We are open from eight in the morning.',
      interrupted: true,
    });
    // What the caller said meanwhile is answered.
    expect(call.of('CallerTurnCommitted').at(-1)).toMatchObject({ text: 'Tomorrow' });
  });

  it('three times in a row ends the call with an apology', () => {
    const call = new Conversation({ model: () => [{ afterMs: 100, fails: 'status 500' }] }).start();
    for (const atMs of [1_000, 10_000, 20_000]) call.says(atMs, 'When do you open?');
    call.runUntil(40_000);
    expect(call.of('AgentTurnSpoken').at(-1)?.heardText).toMatch(/technical problem/);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'failed', by: 'platform' }]);
  });

  it('as the voice ends the call after three times, each tried twice, since nobody hears anything', () => {
    const call = new Conversation({ speech: () => ({ ends: 'fails' }) }).start();
    for (const atMs of [1_000, 5_000, 9_000]) call.says(atMs, 'When do you open?');
    call.runUntil(20_000);
    expect(call.of('ProviderFailed').map(({ capability }) => capability)).toEqual(
      new Array(6).fill('text_to_speech'),
    );
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'failed' }]);
  });

  it('as the ear, again and again, is told to the caller before the call ends', () => {
    const call = new Conversation().start();
    for (const atMs of [1_000, 2_000, 3_000])
      call.at(atMs, { type: 'speech_to_text_failed', error: 'status 401' });
    call.runUntil(20_000);
    expect(call.of('NoticeGiven')).toMatchObject([{ notice: 'failed' }]);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'failed' }]);
  });
});

describe('a worker that takes the call over', () => {
  it('answers the turn that nobody answered, without another greeting', () => {
    const call = new Conversation({ settings: { attempt: 2, greeting: 'Hello!' } })
      .start({ turn: 3, unanswered: true, agentCutOff: false })
      .runUntil(6_000);
    expect(call.events.map(({ type }) => type)).toEqual([
      'AgentTurnComposed',
      'AgentTurnStarted',
      'AgentTurnSpoken',
    ]);
    expect(call.of('AgentTurnSpoken')[0]).toMatchObject({ turn: 3 });
  });

  it('asks the caller to go on where the agent was cut off', () => {
    const call = new Conversation({ settings: { attempt: 2, greeting: 'Hello!' } })
      .start({ turn: 3, unanswered: false, agentCutOff: true })
      .runUntil(4_000);
    expect(call.of('NoticeGiven')).toMatchObject([{ notice: 'resumed', text: 'Sorry, please go on.' }]);
  });
});
