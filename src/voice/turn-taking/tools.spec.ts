import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { NEWEST_RULES } from './rules.js';

const LOOKUP = [
  [
    { afterMs: 100, text: 'Let me look. ' },
    { afterMs: 10, tool: 'lookup' },
  ],
  [{ afterMs: 200, text: 'It is open.' }],
] as const;

const asksForATool = (toolMs: number) =>
  new Conversation({ toolMs, model: (asked) => LOOKUP[asked] ?? [{ afterMs: 100, text: 'All right.' }] })
    .start()
    .says(1_000, 'Is it open?');

describe('a tool', () => {
  it.each([0, 5, 1_400])('that returns within %i ms is part of the answer', (toolMs) => {
    const call = asksForATool(toolMs).runUntil(12_000);
    expect(call.events.map(({ type }) => type).filter((type) => type.startsWith('Tool'))).toEqual([
      'ToolCalled',
      'ToolReturned',
    ]);
    expect(call.of('AgentTurnComposed')).toMatchObject([{ turn: 1, text: 'Let me look. It is open.' }]);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { turn: 1, heardText: 'Let me look. It is open.', interrupted: false },
    ]);
  });

  it('that still runs does not hold up the answer to what the caller said meanwhile', () => {
    const call = asksForATool(9_000).says(4_000, 'Never mind, goodbye.').runUntil(20_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { turn: 1, interrupted: true },
      { turn: 2, heardText: 'It is open.', interrupted: false },
    ]);
    expect(call.events.findIndex(({ type }) => type === 'ToolReturned')).toBeGreaterThan(
      call.events.findIndex((event) => event.type === 'AgentTurnSpoken' && event.data.turn === 2),
    );
    expect(call.of('ToolReturned')).toMatchObject([{ turn: 1 }]);
    expect(call.of('AgentTurnComposed')).toHaveLength(1);
  });

  it('runs once, though the model asks for it twice', () => {
    const call = new Conversation({
      toolMs: 300,
      model: (asked) =>
        asked === 0
          ? [
              { afterMs: 100, tool: 'book' },
              { afterMs: 10, tool: 'book' },
              { afterMs: 500, tool: 'book' },
            ]
          : [{ afterMs: 100, text: 'Booked.' }],
    })
      .start()
      .says(1_000, 'Book it.')
      .runUntil(10_000);
    expect(call.effects.filter(({ type }) => type === 'run_tool')).toHaveLength(1);
    expect(call.of('ToolCalled')).toHaveLength(1);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: 'Booked.' }]);
  });

  it('that returns after the model failed is recorded, and the apology stands', () => {
    const call = new Conversation({
      toolMs: 2_000,
      model: () => [
        { afterMs: 100, tool: 'lookup' },
        { afterMs: 10, fails: 'reset' },
      ],
    })
      .start()
      .says(1_000, 'Is it open?')
      .runUntil(12_000);
    expect(call.of('ToolReturned')).toHaveLength(1);
    expect(call.of('AgentTurnComposed')).toHaveLength(1);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { heardText: expect.stringMatching(/^Sorry/), interrupted: false },
    ]);
  });
});

describe('while a tool runs', () => {
  const waits = (toolMs: number, settings = {}) =>
    new Conversation({
      toolMs,
      settings,
      model: (asked) =>
        asked === 0 ? [{ afterMs: 100, tool: 'book' }] : [{ afterMs: 200, text: 'It is done.' }],
    })
      .start()
      .says(1_000, 'Book it.');

  it('the agent says so after a second and a half of silence, every four seconds, three times at most', () => {
    const call = waits(9_900).runUntil(20_000);
    const calledAtMs = call.events.find(({ type }) => type === 'ToolCalled')?.recordedAtMs ?? 0;
    const said = call.effects.filter((effect) => effect.type === 'say');
    expect(said.map(({ text }) => text)).toEqual([
      'One moment, please.',
      "I'm still looking into it.",
      'It takes a little longer.',
      'Please stay on the line.',
      'It is done.',
    ]);
    expect(said.map(({ atMs }) => atMs - calledAtMs)).toEqual([1_500, 5_500, 9_500, 9_500, 10_100]);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { turn: 1, heardText: expect.stringMatching(/^One moment, please\. .* It is done\.$/) },
    ]);
  });

  it('what the agent says before is heard at once, and nothing more until it is silent', () => {
    const call = new Conversation({
      toolMs: 6_000,
      model: (asked) =>
        asked === 0
          ? [
              { afterMs: 100, text: 'I am going to look that up in our calendar' },
              { afterMs: 10, tool: 'lookup' },
            ]
          : [{ afterMs: 200, text: 'It is open.' }],
    })
      .start()
      .says(1_000, 'Is it open?')
      .runUntil(12_000);
    const said = call.effects.filter((effect) => effect.type === 'say');
    expect(said.map(({ text }) => text)).toEqual([
      'I am going to look that up in our calendar',
      'One moment, please.',
      'It is open.',
    ]);
    const silentFromMs = call.carrier.heard[0]?.[1] ?? 0;
    expect((said[1]?.atMs ?? 0) - silentFromMs).toBeGreaterThanOrEqual(1_400);
  });

  it('for too long, the model goes on without its result, which is not waited for any more', () => {
    const call = waits(12_000).runUntil(25_000);
    expect(call.of('ToolReturned')).toEqual([
      {
        turn: 1,
        toolCallId: expect.any(String),
        ok: false,
        ms: 10_000,
        result: expect.stringContaining('10 s'),
      },
    ]);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: expect.stringContaining('It is done.') }]);
    expect(call.effects.filter(({ type }) => type === 'run_tool')).toHaveLength(1);
  });

  it.each([8, 7])('a cough holds up no answer that is not heard yet, by rules %i', (rules) => {
    const call = new Conversation({
      toolMs: 3_900,
      settings: { rules, greeting: 'Hello!' },
      model: (asked) =>
        asked === 0 ? [{ afterMs: 100, tool: 'lookup' }] : [{ afterMs: 200, text: 'It is open.' }],
    })
      .start()
      .says(1_000, 'Is it open?')
      .makesNoise(5_500, 800)
      .runUntil(12_000);
    const returnedAtMs = call.events.find(({ type }) => type === 'ToolReturned')?.recordedAtMs ?? 0;
    const heardAtMs = call.carrier.heard.find(([fromMs]) => fromMs > returnedAtMs)?.[0] ?? 0;
    expect(heardAtMs - returnedAtMs).toBe(rules < 8 ? 1_700 : 260);
  });

  it('the silence ladder waits', () => {
    // The keys cut the answer off; its own is there at once, and the tool still runs.
    const call = new Conversation({
      toolMs: 9_000,
      settings: { silenceTimeoutMs: 8_000 },
      model: (asked) => (asked === 0 ? [{ afterMs: 100, tool: 'book' }] : [{ afterMs: 50, text: 'Fine.' }]),
    })
      .start()
      .says(1_000, 'Book it.')
      .at(2_500, { type: 'key', digit: '7' })
      .at(2_600, { type: 'key', digit: '#' })
      .runUntil(18_000);
    const returnedAtMs = call.events.find(({ type }) => type === 'ToolReturned')?.recordedAtMs ?? 0;
    expect(returnedAtMs).toBe(2_000 + 100 + 9_000);
    // Its deadline, 4 s after "Fine." was heard, is twice put off by as much.
    expect(call.of('SilencePrompted').map(({ atMs }) => atMs)).toEqual([15_010]);
  });

  it('that changes something, the agent is silent at once, and the next answer waits for it', () => {
    const call = waits(4_000, { sideEffectTools: ['book'] })
      .says(2_500, 'No wait, tomorrow.')
      .runUntil(15_000);
    const returned = call.events.find(({ type }) => type === 'ToolReturned');
    const next = call.events.filter(({ type }) => type === 'CallerTurnCommitted').at(-1);
    expect(call.of('CallerTurnCommitted').map(({ text }) => text)).toEqual([
      'Book it.',
      'No wait, tomorrow.',
    ]);
    expect(next?.recordedAtMs).toBeGreaterThanOrEqual(returned?.recordedAtMs ?? Number.POSITIVE_INFINITY);
    expect(call.of('ToolReturned')).toMatchObject([{ turn: 1, ok: true }]);
    expect(call.effects.filter(({ type }) => type === 'run_tool')).toHaveLength(1);
  });

  it('the platform apologizes where the model then says nothing: a filler is no answer', () => {
    const call = new Conversation({
      toolMs: 2_500,
      model: (asked) =>
        asked === 0 ? [{ afterMs: 100, tool: 'lookup' }] : [{ afterMs: 100, fails: 'status 500' }],
    })
      .start()
      .says(1_000, 'Is it open?')
      .runUntil(15_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { heardText: expect.stringMatching(/^One moment, please\. Sorry, something went wrong/) },
    ]);
  });
});

describe('a model that calls tools again and again', () => {
  const asks = ({ rules = NEWEST_RULES, second = 'lookup' as string | null } = {}) =>
    new Conversation({
      settings: {
        rules,
        fallbacks: { language_model: second === null ? [] : ['other'], text_to_speech: [] },
      },
      model: (_, rank) => [{ afterMs: 500, ...(rank === 0 ? { tool: 'lookup' } : toolOr(second)) }],
    })
      .start()
      .says(1_000, 'Is it open?')
      .runUntil(20_000);
  const toolOr = (text: string | null) => (text === 'lookup' ? { tool: 'lookup' } : { text: text ?? '' });
  const heard = (call: Conversation) => call.of('AgentTurnSpoken').map(({ heardText }) => heardText);

  it('is left for the next one after three times with their results', () => {
    const call = asks({ second: 'It is open.' });
    expect(call.of('ToolCalled')).toHaveLength(4);
    expect(call.of('ProviderFailed')).toMatchObject([
      { turn: 1, capability: 'language_model', error: 'calls tools again and again' },
    ]);
    expect(heard(call)).toEqual(['It is open.']);
  });

  it('is apologized for where there is no other, or none that does better', () => {
    for (const [second, times] of [
      [null, 4],
      ['lookup', 8],
    ] as const) {
      const call = asks({ second });
      expect(call.of('ToolCalled')).toHaveLength(times);
      expect(heard(call)).toEqual([expect.stringMatching(/^Sorry, something went wrong/)]);
    }
  });

  it('kept the caller waiting, by earlier rules', () => {
    const call = asks({ rules: 9, second: null });
    expect(call.of('ToolCalled').length).toBeGreaterThan(20);
    expect(heard(call)).toEqual([]);
  });
});

describe('words while a tool changes something', () => {
  const books = (text: string | null, rules = NEWEST_RULES) =>
    new Conversation({
      toolMs: 9_000,
      settings: { rules, sideEffectTools: ['book'] },
      model: (asked) =>
        asked === 0
          ? [...(text === null ? [] : [{ afterMs: 100, text }]), { afterMs: 100, tool: 'book' }]
          : [{ afterMs: 200, text: 'It is booked, for tomorrow.' }],
    })
      .start()
      .says(1_000, 'Book it.');
  const saidBy = (call: Conversation) => call.effects.filter((effect) => effect.type === 'say');

  it.each([
    ['nothing', null, 3_000],
    ['its beginning', 'Just a second, I will put that into our calendar right away.', 3_000],
    ['a filler', null, 4_200],
  ])(
    'leave nobody in silence where %s was heard before them, and are answered with its result',
    (_, text, atMs) => {
      const call = books(text).says(atMs, 'No wait, tomorrow.').runUntil(25_000);
      const resultAtMs = call.events.find(({ type }) => type === 'ToolReturned')?.recordedAtMs ?? 0;
      const silences = call.carrier.heard
        .filter(([fromMs]) => fromMs < resultAtMs + 5_000)
        .map(([fromMs], at) => fromMs - (call.carrier.heard[at - 1]?.[1] ?? 1_600));
      expect(Math.max(...silences)).toBeLessThan(4_600);
      expect(saidBy(call).filter(({ text: said }) => said.includes('looking into it'))).toHaveLength(1);
      expect(call.of('CallerTurnCommitted').map(({ text: said }) => said)).toEqual([
        'Book it.',
        'No wait, tomorrow.',
      ]);
      const committed = call.events.findLast(({ type }) => type === 'CallerTurnCommitted');
      expect((committed?.recordedAtMs ?? 0) - resultAtMs).toBeLessThan(3_000);
      expect(call.of('AgentTurnSpoken')).toMatchObject([
        { turn: 1, interrupted: true, cutBy: 'caller_speech' },
        { turn: 2, heardText: 'It is booked, for tomorrow.', interrupted: false },
      ]);
      expect(call.effects.filter(({ type }) => type === 'run_tool')).toHaveLength(1);
    },
  );

  it('silence the agent at once, and of its sentence that counts which was heard', () => {
    const call = books('Just a second, I will put that into our calendar right away.');
    call.says(3_000, 'No wait, tomorrow.').runUntil(25_000);
    const [clear] = call.effects.filter(({ type }) => type === 'clear');
    expect(clear?.atMs).toBe(3_360);
    expect(call.carrier.isTalkingAt(3_400)).toBe(false);
    const [{ heardText, latency } = { heardText: '', latency: null }] = call.of('AgentTurnSpoken');
    expect(heardText).toBe("Just a second, I One moment, please. I'm still looking into it.");
    expect(latency).toMatchObject({ interruptionMs: 360 });
  });

  it('keep the call that the answer was about to end', () => {
    const call = new Conversation({
      toolMs: 4_000,
      settings: { sideEffectTools: ['book'] },
      model: (asked) =>
        asked === 0
          ? [
              { afterMs: 100, tool: 'end_call' },
              { afterMs: 200, tool: 'book' },
            ]
          : [{ afterMs: 200, text: 'It is booked.' }],
    })
      .start()
      .says(1_000, 'Book it.')
      .says(3_000, 'No wait, tomorrow.')
      .runUntil(12_000);
    expect(call.of('CallEnded')).toEqual([]);
    expect(call.of('AgentTurnSpoken').at(-1)).toMatchObject({ turn: 2, heardText: 'It is booked.' });
  });

  it('ended the fillers, by earlier rules', () => {
    const call = books(null, 7).says(3_000, 'No wait, tomorrow.').runUntil(25_000);
    expect(saidBy(call).filter(({ text }) => text.includes('looking into it'))).toEqual([]);
  });

  it('are waited for: nobody says "One moment" over them', () => {
    const call = books(null)
      .says(2_300, 'No wait, I would rather come the day after tomorrow.')
      .runUntil(25_000);
    const first = call.carrier.heard.find(([fromMs]) => fromMs > 2_300);
    expect(first?.[0]).toBeGreaterThan(2_300 + 10 * 300);
  });
});
