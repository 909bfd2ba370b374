import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import type { ConversationSettings } from './state.js';

const CONSENT = 'This call is recorded so that we can get better.';
const GREETING = 'Hello, how can I help?';

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
