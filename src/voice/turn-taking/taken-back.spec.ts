import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationOptions } from '../../../test/support/voice/conversation.js';
import { NEWEST_RULES } from './rules.js';

const turns = (call: Conversation) => call.of('CallerTurnCommitted').map(({ text }) => text);

/** A cough that is guessed to be a word, until the speech-to-text has heard all of it. */
const coughs = (atMs: number, options: ConversationOptions = {}, voiced = true) => {
  const call = new Conversation({ finalAfterMs: null, ...options }).start();
  if (voiced) call.makesNoise(atMs, 500);
  call.at(atMs + 400, { type: 'transcript', text: 'cough', final: false, confidence: null });
  return call.at(atMs + 900, { type: 'transcript', text: '', final: true, confidence: null });
};

describe('an interim that an empty final takes back', () => {
  it('is no turn', () => {
    const call = coughs(1_000).runUntil(4_000);
    expect(turns(call)).toEqual([]);
    expect(call.effects.filter(({ type }) => type === 'live').at(-1)).toMatchObject({ text: '' });
  });

  it('was one, by earlier rules', () => {
    expect(turns(coughs(1_000, { settings: { rules: 7 } }).runUntil(4_000))).toEqual(['cough']);
  });

  it('is voice without a word, of which the agent says that it did not catch it', () => {
    const call = coughs(1_000).runUntil(12_000);
    expect(call.of('AgentTurnSpoken')).toMatchObject([{ heardText: "Sorry, I didn't catch that." }]);
  });

  it('is nothing at all where nobody heard a voice', () => {
    const call = coughs(1_000, {}, false).runUntil(9_000);
    expect(call.events).toEqual([]);
  });

  it('leaves the words before it', () => {
    const call = new Conversation({ finalAfterMs: null }).start();
    call.at(1_000, { type: 'transcript', text: 'A table', final: true, confidence: 0.9 });
    call.at(1_400, { type: 'transcript', text: 'hm what', final: false, confidence: null });
    call.at(1_600, { type: 'transcript', text: '', final: true, confidence: 0.9 }).runUntil(6_000);
    expect(turns(call)).toEqual(['A table']);
  });

  it('gives the answer back that it had stopped', () => {
    const call = new Conversation({ model: () => [{ afterMs: 1_500, text: 'It is open.' }] }).start();
    call.says(1_000, 'Is it open?');
    call.at(2_500, { type: 'transcript', text: 'cough', final: false, confidence: null });
    call.at(2_800, { type: 'transcript', text: '', final: true, confidence: null }).runUntil(6_000);
    expect(turns(call)).toEqual(['Is it open?']);
    expect(call.of('AgentTurnStarted')).toMatchObject([{ turn: 1, atMs: 4_360 }]);
  });

  /** A full buffer has its final while the voice goes on. */
  const stopsInVoice = (settings: ConversationOptions['settings']) => {
    const call = new Conversation({
      model: () => [{ afterMs: 1_500, text: 'It is open.' }],
      settings: { turnDetection: 'fixed_buffer', ...settings },
    });
    call.start().says(1_000, 'Is it open?').at(2_600, { type: 'buffer_full' });
    call.at(2_900, { type: 'voice', on: true, atMs: 2_800 });
    call.at(3_000, { type: 'transcript', text: 'cough', final: false, confidence: null });
    return call.at(3_200, { type: 'buffer_full' }).at(3_800, { type: 'voice', on: false, atMs: 3_500 });
  };

  it('gives it back where the voice that went on says nothing either', () => {
    const startedAtMs = (rules: number) =>
      stopsInVoice({ rules }).at(4_600, { type: 'buffer_full' }).runUntil(12_000).of('AgentTurnStarted')[0];
    expect(startedAtMs(NEWEST_RULES)).toMatchObject({ turn: 1, atMs: 4_700 + 1_560 });
    expect(startedAtMs(10)).toMatchObject({ turn: 1, atMs: 8_800 + 1_560 });
  });

  it('gives it back before anybody is asked whether he is there', () => {
    const inSilence = (rules: number) =>
      stopsInVoice({ rules, silenceTimeoutMs: 4_000 })
        .runUntil(7_000)
        .events.map(({ type }) => type);
    expect(inSilence(NEWEST_RULES)).not.toContain('SilencePrompted');
    expect(inSilence(10)).toContain('SilencePrompted');
  });

  it('is none that was begun since the final was asked for', () => {
    const call = new Conversation({
      settings: { turnDetection: 'fixed_buffer' },
      finalAfterMs: null,
    }).start();
    call.makesNoise(1_000, 500).at(2_000, { type: 'buffer_full' });
    call.at(2_200, { type: 'transcript', text: 'Hello there', final: false, confidence: null });
    call.at(2_300, { type: 'transcript', text: '', final: true, confidence: null });
    call.at(4_000, { type: 'buffer_full' }).runUntil(9_000);
    expect(turns(call)).toEqual(['Hello there']);
  });
});
