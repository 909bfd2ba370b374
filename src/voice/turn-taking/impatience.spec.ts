import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationOptions } from '../../../test/support/voice/conversation.js';
import { NEWEST_RULES } from './rules.js';

const turns = (call: Conversation) => call.of('CallerTurnCommitted').map(({ text }) => text);
const asked = (call: Conversation) => call.effects.filter(({ type }) => type === 'think').length;

/** Its first word comes 1,800 ms after it was asked. */
const slow = (options: ConversationOptions = {}) =>
  new Conversation({ model: () => [{ afterMs: 1_800, text: 'It is open until six.' }], ...options })
    .start()
    .says(1_000, 'Is it open?');

describe('"Hello?" while the agent thinks', () => {
  const saysHello = (rules = NEWEST_RULES) => {
    const call = slow({ settings: { rules } });
    for (const atMs of [2_900, 3_800]) call.says(atMs, 'Hello?');
    return call.runUntil(12_000);
  };

  it('begins no answer anew: the one that is on its way is given', () => {
    const call = saysHello();
    expect(turns(call)).toEqual(['Is it open?']);
    expect(asked(call)).toBe(1);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, heardText: 'It is open until six.' }]);
    expect(call.of('BackchannelHeard').map(({ text }) => text)).toEqual(['Hello?', 'Hello?']);
  });

  it('began it anew, by earlier rules', () => {
    expect(asked(saysHello(7))).toBe(3);
  });

  it.each([
    ['en', 'Hello? Are you there?'],
    ['en', 'Hey, can you hear me?'],
    ['de', 'Hallo? Sind Sie noch dran?'],
    ['de', 'Hören Sie mich noch?'],
    ['hi', 'हैलो, आप सुन रहे हैं?'],
    ['hi', 'Hello, aap sun rahe hain?'],
  ])('in %s may be "%s"', (language, text) => {
    const call = slow({ settings: { language } }).says(2_600, text, { msAWord: 200 }).runUntil(12_000);
    expect(asked(call)).toBe(1);
  });

  it.each(['Hello? And on Sunday?', 'Are you open there on Sundays?', 'Hello, stop.'])(
    'with more words is more: "%s"',
    (text) => {
      const call = slow().says(2_600, text, { msAWord: 200 }).runUntil(14_000);
      expect(turns(call)).toEqual(['Is it open?', text]);
      expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 2 }]);
    },
  );

  it('does not stop the answer that has begun when its words are known', () => {
    const call = slow({
      finalAfterMs: 700,
      ear: { listeners: [{ provider: 'sandbox', finalWithinMs: 900, interims: false, decidesTurns: false }] },
    });
    call.says(3_500, 'Are you there?', { msAWord: 200 }).runUntil(12_000);
    expect(turns(call)).toEqual(['Is it open?']);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, interrupted: false }]);
  });

  it('keeps the greeting, and what it says of the recording', () => {
    const settings = { greeting: 'Good morning!', recordingConsent: 'This call is recorded.' };
    const call = new Conversation({ settings, speech: () => ({ firstByteMs: 1_500 }) }).start();
    call.says(300, 'Hello?').runUntil(8_000);
    expect(call.of('GreetingSpoken')).toMatchObject([{ recordingConsentHeard: true }]);
    expect(turns(call)).toEqual([]);
  });

  it('answers the question whether the caller is still there', () => {
    const call = new Conversation({
      settings: { silenceTimeoutMs: 10_000 },
      speech: () => ({ firstByteMs: 900 }),
    }).start();
    call.says(5_100, 'Hello?').runUntil(9_000);
    expect(turns(call)).toEqual(['Hello?']);
  });
});

describe('"Are you there?" while a tool runs that only reads', () => {
  const looksUp = (atMs: number, rules = NEWEST_RULES) =>
    new Conversation({
      toolMs: 6_000,
      settings: { rules },
      // It looks it up anew where it's asked anew before it has the result.
      model: (count) =>
        count === 0 || (rules < 8 && count === 1)
          ? [{ afterMs: 100, tool: 'lookup' }]
          : [{ afterMs: 200, text: 'It is open.' }],
    })
      .start()
      .says(1_000, 'Is it open?')
      .says(atMs, 'Are you there?', { msAWord: 200 })
      .runUntil(20_000);

  it.each([
    ['before the agent said a word', 2_600],
    ['between two of its fillers', 5_500],
  ])('%s runs it no second time', (_, atMs) => {
    const call = looksUp(atMs);
    expect(call.of('ToolCalled')).toHaveLength(1);
    expect(call.of('AgentTurnSpoken')).toMatchObject([
      { turn: 1, heardText: expect.stringMatching(/It is open\.$/), interrupted: false },
    ]);
  });

  it('ran it again, by earlier rules', () => {
    expect(looksUp(5_500, 7).of('ToolCalled')).toHaveLength(2);
  });
});
