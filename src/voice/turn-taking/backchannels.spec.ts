import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { NEWEST_RULES } from './rules.js';

describe('a "mhm" of which the words come when the agent is done', () => {
  /** It ends at 60 + 60 ms a character; the "mhm" begins 400 ms before, and is known 700 ms after. */
  const murmurs = (greeting: string, text: string, rules = NEWEST_RULES) => {
    const endsAtMs = 60 + greeting.length * 60;
    const call = new Conversation({ settings: { greeting, rules } }).start();
    call.makesNoise(endsAtMs - 400, 300);
    call.at(endsAtMs + 700, { type: 'transcript', text, final: true, confidence: 0.9 });
    return call.runUntil(endsAtMs + 4_000);
  };
  const TELLS = 'We are open from eight to six on weekdays.';

  it('is no turn', () => {
    const call = murmurs(TELLS, 'Mhm, okay.');
    expect(call.of('BackchannelHeard')).toMatchObject([{ text: 'Mhm, okay.' }]);
    expect(call.of('CallerTurnCommitted')).toEqual([]);
  });

  it('was one, by earlier rules', () => {
    expect(murmurs(TELLS, 'Mhm, okay.', 5).of('CallerTurnCommitted')).toHaveLength(1);
  });

  it('is a turn where it may answer, or says more', () => {
    expect(murmurs('Is that all right for you?', 'Okay.').of('CallerTurnCommitted')).toHaveLength(1);
    expect(murmurs(TELLS, 'Okay, and on Sunday?').of('CallerTurnCommitted')).toHaveLength(1);
  });

  it('is none either where its interim came while the agent spoke', () => {
    const call = new Conversation({ settings: { greeting: TELLS } }).start();
    call.makesNoise(2_000, 300);
    call.at(2_400, { type: 'transcript', text: 'Okay', final: false, confidence: null });
    call.at(3_300, { type: 'transcript', text: 'Okay.', final: true, confidence: 0.9 });
    call.runUntil(9_000);
    expect(call.of('GreetingSpoken')).toMatchObject([{ interrupted: false }]);
    expect(call.of('CallerTurnCommitted')).toEqual([]);
  });
});

describe('what shows that the caller listens', () => {
  const TELLS = 'We are open from eight to six on weekdays, and until noon on Saturdays.';
  const over = (language: string, text: string, rules = NEWEST_RULES) =>
    new Conversation({ settings: { greeting: TELLS, language, rules } })
      .start()
      .says(1_000, text, { msAWord: 200 })
      .runUntil(8_000);

  it.each([
    ['en', 'Mm-hmm.'],
    ['en', 'Uh huh.'],
    ['en', 'I see, okay.'],
    ['en', 'Oh, got it.'],
    ['en', 'All right.'],
    ['de', 'Ach so.'],
    ['de', 'Alles klar, verstehe.'],
    ['de', 'Mmh, stimmt.'],
    ['hi', 'हाँजी।'],
    ['hi', 'अच्छा, समझ गया।'],
    ['hi', 'haan acha'],
  ])('is %s: "%s"', (language, text) => {
    const call = over(language, text);
    expect(call.of('GreetingSpoken')).toMatchObject([{ interrupted: false }]);
    expect(call.of('BackchannelHeard')).toMatchObject([{ text }]);
    expect(call.of('CallerTurnCommitted')).toEqual([]);
  });

  it('stopped the agent or was answered, by earlier rules', () => {
    for (const text of ['I see.', 'Mm-hmm.'])
      expect(over('en', text, 6).of('CallerTurnCommitted')).toMatchObject([{ text }]);
  });

  it.each(['I see a problem there.', 'Got it wrong, sorry.', 'Oh no!'])('is not "%s"', (text) => {
    const call = over('en', text);
    expect(call.of('GreetingSpoken')).toMatchObject([{ interrupted: true }]);
    expect(call.of('CallerTurnCommitted')).toMatchObject([{ text }]);
  });

  it('takes no answer back that is on its way, neither whole nor begun', () => {
    const call = new Conversation({ model: () => [{ afterMs: 1_500, text: 'At eight.' }] })
      .start()
      .says(1_000, 'When do you open?')
      .says(2_700, 'I see.', { msAWord: 200 })
      .runUntil(9_000);
    expect(call.of('CallerTurnCommitted')).toHaveLength(1);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ turn: 1, heardText: 'At eight.' }]);
  });

  it('is not what a German says to be listened to', () => {
    expect(over('de', 'Warte!').of('GreetingSpoken')).toMatchObject([{ interrupted: true }]);
  });
});
