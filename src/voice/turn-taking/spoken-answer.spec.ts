import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationOptions } from '../../../test/support/voice/conversation.js';

const FALLBACKS = { language_model: ['second'], text_to_speech: [] };
const LONG = 'We are open from eight in the morning until six in the evening, on every day of the week.';

/** A call whose first model speaks itself. */
const callWith = ({ settings, ...options }: ConversationOptions = {}): Conversation =>
  new Conversation({
    ...options,
    settings: { speechToSpeech: true, fallbacks: FALLBACKS, ...settings },
  }).start();

const effectsOf = <T extends string>(call: Conversation, type: T) =>
  call.effects.filter((effect) => effect.type === type);
const heard = (call: Conversation) => call.of('AgentTurnSpoken').map(({ heardText }) => heardText);

describe('a model that speaks itself', () => {
  it('is heard as it speaks, and no voice says it again', () => {
    const call = callWith({
      model: () => [
        { afterMs: 300, text: 'We are open' },
        { afterMs: 100, text: ' from eight.' },
      ],
    })
      .says(1_000, 'When do you open?')
      .runUntil(8_000);
    expect(heard(call)).toEqual(['We are open from eight.']);
    expect(call.of('AgentTurnComposed')).toMatchObject([{ turn: 1, text: 'We are open from eight.' }]);
    expect(effectsOf(call, 'think')).toMatchObject([{ speaks: { reply: 1, chunk: 0 } }]);
    expect(effectsOf(call, 'say')).toEqual([]);
    expect(effectsOf(call, 'truncate')).toEqual([]);
    const [spoken] = call.of('AgentTurnSpoken');
    expect(spoken).toMatchObject({ heardMs: 23 * 60, interrupted: false });
    expect(spoken?.latency).toMatchObject({ modelFirstTokenMs: 300, synthesisFirstByteMs: null });
  });

  it('is asked once it is known what the documents say, which a call of before did not wait for', () => {
    const asked = (rules?: number) =>
      callWith({ settings: { retrieves: true, ...(rules && { rules }) } })
        .says(1_000, 'When do you open?')
        .runUntil(8_000);
    const call = asked();
    expect(effectsOf(call, 'retrieve')).toMatchObject([{ retrieval: '1.1' }]);
    expect(effectsOf(call, 'think')).toMatchObject([{ retrieval: '1.1', speaks: { reply: 1, chunk: 0 } }]);
    expect(call.of('KnowledgeRetrieved')).toMatchObject([{ turn: 1, outcome: 'found' }]);
    expect(call.of('AgentTurnSpoken')[0]?.latency).toMatchObject({ retrievalMs: 40 });
    const before = asked(6);
    expect(effectsOf(before, 'retrieve')).toEqual([]);
    expect(effectsOf(before, 'think')).toMatchObject([{ speaks: { reply: 1, chunk: 0 } }]);
  });

  it('goes on where a voice fails that has nothing to do with it', () => {
    const call = callWith({
      model: () => [
        { afterMs: 300, text: 'We are open.' },
        { afterMs: 1_000, text: ' Come by!' },
      ],
    })
      .says(1_000, 'When do you open?')
      .runUntil(3_500);
    call.input({ type: 'audio_failed', reply: 1, chunk: 0, error: 'no voice' });
    call.runUntil(10_000);
    expect(heard(call)).toEqual(['We are open. Come by!']);
  });

  it('greets and asks with the voice of the platform, which says exactly what is written', () => {
    const call = callWith({ settings: { greeting: 'Hello, this is Ada.' } }).runUntil(14_000);
    expect(effectsOf(call, 'say')).toMatchObject([
      { text: 'Hello, this is Ada.' },
      { text: 'Are you still there?' },
    ]);
    expect(effectsOf(call, 'think')).toEqual([]);
  });

  it('is told what the caller heard when it is interrupted, in speaking or after', () => {
    for (const pauseMs of [0, 4_000]) {
      const call = callWith({
        model: (asked) =>
          asked === 0
            ? [
                { afterMs: 200, text: LONG },
                { afterMs: pauseMs, text: ' Come by!' },
              ]
            : [{ afterMs: 200, text: 'Yes?' }],
      })
        .says(1_000, 'When do you open?')
        .says(5_000, 'Stop, one question')
        .runUntil(12_000);
      const [first, second] = call.of('AgentTurnSpoken');
      expect(first).toMatchObject({ interrupted: true });
      expect(LONG.startsWith(first?.heardText ?? '')).toBe(true);
      expect(effectsOf(call, 'truncate')).toMatchObject([{ model: '1.1', heardMs: first?.heardMs }]);
      expect(effectsOf(call, 'abort')).toHaveLength(pauseMs > 0 ? 1 : 0);
      expect(second).toMatchObject({ heardText: 'Yes?', interrupted: false });
    }
  });

  it('calls a tool, is bridged by the voice, and goes on behind it', () => {
    const call = callWith({
      toolMs: 4_000,
      model: (asked) =>
        asked === 0
          ? [
              { afterMs: 200, text: 'Let me look.' },
              { afterMs: 10, tool: 'lookup' },
            ]
          : [{ afterMs: 200, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(20_000);
    expect(effectsOf(call, 'think')).toMatchObject([
      { speaks: { reply: 1, chunk: 0 } },
      { speaks: { reply: 1, chunk: 2 } },
    ]);
    expect(heard(call)).toEqual(['Let me look. One moment, please. At eight.']);
    expect(call.of('ToolCalled')).toHaveLength(1);
    expect(call.of('ToolReturned')).toHaveLength(1);
  });

  describe('that changes something by a tool', () => {
    const HEARD = 'We are open from eight in the morning until six in';

    /** The tool runs from 2,810 ms to 10,810 ms. */
    const booking = (text: string, rules?: number) =>
      callWith({
        settings: { sideEffectTools: ['book'], ...(rules && { rules }) },
        toolMs: 8_000,
        model: (asked) =>
          asked === 0
            ? [
                { afterMs: 200, text },
                { afterMs: 10, tool: 'book' },
              ]
            : [{ afterMs: 200, text: 'It is done.' }],
      }).says(1_000, 'Book a table please.');

    it('is silent at once where the caller interrupts it, and who waits for the tool hears fillers', () => {
      const call = booking(LONG).says(5_500, 'Oh and one more question').runUntil(16_000);
      const clear = call.effects.find(({ type }) => type === 'clear');
      expect(clear?.atMs).toBe(6_000);
      expect(heard(call)).toEqual([`${HEARD} One moment, please.`, 'It is done.']);
      expect(effectsOf(call, 'truncate')).toMatchObject([{ model: '1.1', heardMs: 3_200 }]);
      expect(call.of('CallerTurnCommitted')[1]).toMatchObject({ text: 'Oh and one more question' });
    });

    it('goes on itself where the caller says nothing after all', () => {
      const call = booking(LONG).at(6_000, {
        type: 'transcript',
        text: 'one two three',
        final: false,
        confidence: null,
      });
      call.at(6_500, { type: 'transcript', text: '', final: true, confidence: null }).runUntil(16_000);
      expect(heard(call)).toEqual([`${HEARD} One moment, please. It is done.`]);
      expect(effectsOf(call, 'think').at(-1)).toMatchObject({ speaks: { reply: 1, chunk: 2 } });
    });

    it('left the line silent in calls of before', () => {
      const call = booking(LONG, 10).says(5_500, 'Oh and one more question').runUntil(16_000);
      expect(heard(call)).toEqual([HEARD, 'It is done.']);
    });
  });

  it('says goodbye itself, and then the call ends', () => {
    const call = callWith({
      model: () => [
        { afterMs: 200, text: 'Goodbye!' },
        { afterMs: 10, tool: 'end_call' },
      ],
    })
      .says(1_000, 'Thank you, goodbye.')
      .runUntil(9_000);
    expect(heard(call)).toEqual(['Goodbye!']);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'agent_ended' }]);
  });

  it('leaves the goodbye to the voice where it says none', () => {
    const call = callWith({ model: () => [{ afterMs: 200, tool: 'end_call' }] })
      .says(1_000, 'Thank you, goodbye.')
      .runUntil(9_000);
    expect(heard(call)).toEqual(['Goodbye!']);
    expect(call.of('CallEnded')).toMatchObject([{ reason: 'agent_ended' }]);
  });

  it('is cut in on politely before it speaks', () => {
    const call = callWith({ settings: { callerTurnLimitMs: 3_000 } })
      .says(1_000, 'I have a very very long story to tell about my holiday by the sea')
      .runUntil(15_000);
    expect(effectsOf(call, 'say')).toMatchObject([{ chunk: 0, text: 'Excuse me for cutting in.' }]);
    expect(effectsOf(call, 'think')[0]).toMatchObject({ speaks: { chunk: 1 } });
    expect(call.of('AgentTurnComposed')[0]?.text).toBe('Excuse me for cutting in. All right.');
  });
});

describe('a model that speaks itself, and fails', () => {
  it('before a word is followed by the three stages, and the caller notices only the time', () => {
    const call = callWith({
      model: (_, rank) =>
        rank === 0 ? [{ afterMs: 100, fails: 'closed' }] : [{ afterMs: 100, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(9_000);
    expect(heard(call)).toEqual(['At eight.']);
    expect(effectsOf(call, 'say')).toMatchObject([{ chunk: 1, text: 'At eight.' }]);
    expect(call.of('ProviderFailed')).toMatchObject([{ capability: 'language_model', error: 'closed' }]);
    expect(call.of('ProviderFailedOver')).toMatchObject([{ from: 'sandbox', to: 'second', reason: 'error' }]);
    expect(effectsOf(call, 'truncate')).toEqual([]);
  });

  it('in mid-answer is followed by one that is told what has its audio', () => {
    const call = callWith({
      model: (_, rank) =>
        rank === 0
          ? [
              { afterMs: 100, text: 'We are open from eight in the morning' },
              { afterMs: 500, fails: 'reset' },
            ]
          : [{ afterMs: 200, text: 'until six in the evening.' }],
    })
      .says(1_000, 'When do you open?')
      .at(3_200, { type: 'model_text', model: '1.1', delta: ' on all days of the week, and on' })
      .runUntil(14_000);
    const told = effectsOf(call, 'think')[1];
    expect(told).toMatchObject({
      rank: 1,
      said: expect.stringMatching(/^We are open from eight in the( morning)?$/),
    });
    const [spoken] = call.of('AgentTurnSpoken');
    expect(spoken?.heardText).toBe(`${told?.type === 'think' ? told.said : ''} until six in the evening.`);
    expect(call.of('AgentTurnComposed')[0]?.text).toBe(spoken?.heardText);
  });

  it('by its deadline is aborted as late', () => {
    const call = callWith({
      model: (_, rank) => (rank === 0 ? [] : [{ afterMs: 100, text: 'At eight.' }]),
    })
      .says(1_000, 'When do you open?')
      .runUntil(9_000);
    expect(effectsOf(call, 'abort')).toMatchObject([{ model: '1.1', late: true }]);
    expect(heard(call)).toEqual(['At eight.']);
  });

  it('with nobody behind it apologizes by the voice, and is asked again', () => {
    const call = callWith({
      settings: { fallbacks: { language_model: [], text_to_speech: [] } },
      model: (asked) =>
        asked === 0 ? [{ afterMs: 100, fails: 'closed' }] : [{ afterMs: 100, text: 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .says(9_000, 'When do you open?')
      .runUntil(16_000);
    expect(heard(call)).toEqual([
      'Sorry, something went wrong on my side. Could you say that again?',
      'At eight.',
    ]);
  });

  it('slowly is overtaken by the next one, and says nothing more', () => {
    const call = callWith({
      settings: { hedgeAfterMs: 300 },
      model: (_, rank) => [{ afterMs: rank === 0 ? 1_500 : 200, text: rank === 0 ? 'Late.' : 'At eight.' }],
    })
      .says(1_000, 'When do you open?')
      .runUntil(9_000);
    expect(heard(call)).toEqual(['At eight.']);
    expect(call.of('ProviderFailedOver')).toMatchObject([{ reason: 'slower' }]);
  });
});
