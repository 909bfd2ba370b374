import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { phrasesOf } from './phrases.js';
import type { ConversationSettings } from './state.js';

const CONSENT = 'This call is recorded so that we can get better.';
const GREETING = 'Hello, how can I help?';
const PHRASES = phrasesOf('en');
const CUT_OFF = { turn: 0, unanswered: false, agentCutOff: true } as const;
const NOTHING_OPEN = { turn: 1, unanswered: false, agentCutOff: false } as const;
const NOBODY_TOOK_IT = { ...CUT_OFF, agentCutOff: false, transfers: 1, transferFailed: true } as const;

const call = (settings: Partial<ConversationSettings>) => new Conversation({ settings }).start();

describe('that a call is recorded', () => {
  it('is said before the greeting, and the events say so', () => {
    const { events } = call({ greeting: GREETING, recordingConsent: CONSENT }).runUntil(12_000);
    expect(events).toMatchObject([
      { type: 'GreetingStarted', data: { text: `${CONSENT} ${GREETING}`, recordingConsent: CONSENT } },
      {
        type: 'GreetingSpoken',
        data: { heardText: `${CONSENT} ${GREETING}`, interrupted: false, recordingConsentHeard: true },
      },
    ]);
  });

  it('is said alone where the agent has no greeting', () => {
    const { events } = call({ recordingConsent: CONSENT }).runUntil(12_000);
    expect(events).toMatchObject([
      { type: 'GreetingStarted', data: { text: CONSENT } },
      { type: 'GreetingSpoken', data: { heardText: CONSENT, recordingConsentHeard: true } },
    ]);
  });

  it.each([
    ['was not heard to its end by a caller who spoke into it', 500, false],
    ['was heard by one who spoke into the greeting', 3_600, true],
  ])('%s', (_, atMs, recordingConsentHeard) => {
    const interrupted = call({
      greeting: `${GREETING} ${'We are glad that you called us today. '.repeat(4)}`,
      recordingConsent: CONSENT,
    })
      .says(atMs, 'Wait, stop.')
      .runUntil(10_000);
    expect(interrupted.of('GreetingSpoken')).toMatchObject([{ interrupted: true, recordingConsentHeard }]);
  });

  it('is not said again by the worker that goes on with the call', () => {
    const settings = { greeting: GREETING, recordingConsent: CONSENT, attempt: 2 };
    const resumed = { turn: 1, unanswered: false, agentCutOff: true };
    const { events } = new Conversation({ settings }).start(resumed).runUntil(6_000);
    expect(events.map(({ type }) => type)).toEqual(['NoticeGiven', 'PromptSpoken']);
  });

  it.each([
    ['whom nobody took over', 'transfer_failed', PHRASES.transferFailed, NOBODY_TOOK_IT],
    ['whom another worker lost', 'resumed', PHRASES.resumed, CUT_OFF],
  ])('is said again to a caller %s before it was heard to its end', (_, notice, phrase, resumed) => {
    const settings = { greeting: GREETING, recordingConsent: CONSENT, attempt: 2 };
    const text = `${CONSENT} ${phrase}`;
    const back = () => new Conversation({ settings }).start({ ...resumed, consentUnheard: true });
    expect(back().runUntil(14_000).events).toMatchObject([
      { type: 'NoticeGiven', data: { notice, text, recordingConsent: CONSENT } },
      { type: 'PromptSpoken', data: { heardText: text, interrupted: false, recordingConsentHeard: true } },
    ]);
    const [cut] = back().says(500, 'Wait, stop.').runUntil(10_000).of('PromptSpoken');
    expect(cut).toMatchObject({ interrupted: true, recordingConsentHeard: false });
    const heard = new Conversation({ settings }).start(resumed).runUntil(10_000);
    expect(heard.of('NoticeGiven').map(({ text, recordingConsent }) => [text, recordingConsent])).toEqual([
      [phrase, undefined],
    ]);
  });

  const unheard = (resumed: object) => {
    const settings = { greeting: GREETING, recordingConsent: CONSENT, attempt: 2 };
    return new Conversation({ settings }).start({ ...NOTHING_OPEN, ...resumed, consentUnheard: true });
  };
  const asked = (call: Conversation) => call.effects.filter(({ type }) => type === 'think');
  const tookBack = (call: Conversation) => {
    call.at(20, { type: 'transcript', text: 'cough', final: false, confidence: null });
    return call.at(300, { type: 'transcript', text: '', final: true, confidence: null });
  };
  const typesOf = ({ events }: Conversation) => events.map(({ type }) => type);

  it('is said again, alone, before the answer that the worker before owed', () => {
    const owed = unheard({ turn: 2, unanswered: true }).runUntil(8_000);
    expect(owed.events).toMatchObject([
      { type: 'NoticeGiven', data: { notice: 'resumed', text: CONSENT, recordingConsent: CONSENT, turn: 2 } },
      { type: 'PromptSpoken', data: { heardText: CONSENT, interrupted: false, recordingConsentHeard: true } },
      { type: 'AgentTurnComposed', data: { turn: 2, text: 'All right.' } },
      { type: 'AgentTurnStarted', data: { turn: 2 } },
      { type: 'AgentTurnSpoken', data: { turn: 2, heardText: 'All right.' } },
    ]);
    expect(asked(owed)).toHaveLength(1);
    const heard = new Conversation().start({ ...NOTHING_OPEN, turn: 2, unanswered: true }).runUntil(8_000);
    expect(typesOf(heard)).toEqual(['AgentTurnComposed', 'AgentTurnStarted', 'AgentTurnSpoken']);
  });

  it.each([
    ['before it begins', 10, 'Wait, stop.'],
    ['while it is said', 1_500, 'Wait, stop.'],
  ])('and is spoken into %s: one answer is to both, and it counts as unheard', (_, atMs, words) => {
    const cut = unheard({ turn: 1, unanswered: true }).says(atMs, words).runUntil(10_000);
    expect(cut.of('PromptSpoken')).toMatchObject([{ interrupted: true, recordingConsentHeard: false }]);
    expect(cut.of('CallerTurnCommitted')).toMatchObject([{ turn: 2, text: words }]);
    expect(cut.of('AgentTurnSpoken')).toMatchObject([{ turn: 2 }]);
  });

  it.each([
    ['a noise that lasts beyond it', (call: Conversation) => call.makesNoise(2_000, 4_000)],
    ['a "mhm" into it', (call: Conversation) => call.says(1_500, 'Mhm.')],
    ['a word that is taken back, before it begins', tookBack],
  ])('and %s keeps nobody from the owed answer', (_, happens) => {
    const owed = happens(unheard({ turn: 1, unanswered: true })).runUntil(16_000);
    expect(owed.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, heardText: 'All right.' }]);
  });

  it('and cannot be said: the owed answer comes all the same', () => {
    const settings = { greeting: GREETING, recordingConsent: CONSENT, attempt: 2 };
    const speech = (said: number) => (said < 2 ? { ends: 'fails' as const } : {});
    const resumed = { ...NOTHING_OPEN, unanswered: true, consentUnheard: true } as const;
    const owed = new Conversation({ settings, speech }).start(resumed).runUntil(6_000);
    expect(owed.of('PromptSpoken')).toMatchObject([{ heardText: '', recordingConsentHeard: false }]);
    expect(owed.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, heardText: 'All right.' }]);
  });

  it('is said again, alone, where the worker before left nothing open', () => {
    const { events } = unheard({}).runUntil(6_000);
    expect(events).toMatchObject([
      { type: 'NoticeGiven', data: { notice: 'resumed', text: CONSENT, recordingConsent: CONSENT } },
      { type: 'PromptSpoken', data: { heardText: CONSENT, recordingConsentHeard: true } },
    ]);
  });

  it('is not said there by the rules of before', () => {
    const settings = { greeting: GREETING, recordingConsent: CONSENT, attempt: 2, rules: 10 };
    const earlier = (resumed: object) =>
      new Conversation({ settings })
        .start({ ...NOTHING_OPEN, ...resumed, consentUnheard: true })
        .runUntil(6_000);
    expect(typesOf(earlier({ unanswered: true }))).toEqual([
      'AgentTurnComposed',
      'AgentTurnStarted',
      'AgentTurnSpoken',
    ]);
    expect(typesOf(earlier({}))).toEqual([]);
  });

  it('is not said again where there is no sentence', () => {
    const { events } = new Conversation().start({ ...CUT_OFF, consentUnheard: true }).runUntil(6_000);
    expect(events).toMatchObject([
      { type: 'NoticeGiven', data: { text: PHRASES.resumed } },
      { type: 'PromptSpoken', data: { heardText: PHRASES.resumed } },
    ]);
    for (const { data } of events) expect(Object.keys(data).join()).not.toMatch(/consent/i);
  });

  it.each([{}, { recordingConsent: '' }, { recordingConsent: '  ' }])(
    'is not said where there is no sentence (%p)',
    (consent) => {
      const { events } = call({ greeting: GREETING, ...consent }).runUntil(5_000);
      expect(events.map(({ data }) => Object.keys(data))).toEqual([
        ['text', 'atMs'],
        ['heardText', 'heardMs', 'interrupted', 'atMs'],
      ]);
    },
  );
});
