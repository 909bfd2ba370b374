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
