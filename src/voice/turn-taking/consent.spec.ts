import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { phrasesOf } from './phrases.js';
import type { ConversationSettings } from './state.js';

const CONSENT = 'This call is recorded so that we can get better.';
const GREETING = 'Hello, how can I help?';
const PHRASES = phrasesOf('en');
const CUT_OFF = { turn: 0, unanswered: false, agentCutOff: true } as const;
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
