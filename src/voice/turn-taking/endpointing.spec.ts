import { describe, expect, it } from '@jest/globals';
import { Conversation } from '../../../test/support/voice/conversation.js';
import { endpointDelayMs, withPause } from './endpointing.js';
import { policy } from './policy.js';
import { NEWEST_RULES } from './rules.js';

const usual = { rules: NEWEST_RULES, language: 'en', asked: '', pauseEmaMs: policy.usualPauseMs };

describe('the wait after the last sound', () => {
  it.each([
    ['Yes.', 400],
    ['4 2', 800],
    ['I need an appointment.', 400],
    ['Do you have a table?', 400],
    ['हम कल आएँगे।', 400],
    ['I need an appointment', 800],
    ['you have a table', 800],
    ['I need an appointment and', 2_000],
    ['on Monday,', 2_000],
    ['well…', 2_000],
  ])('after "%s" is %i ms', (text, ms) => {
    expect(endpointDelayMs(text, usual)).toBe(ms);
  });

  it.each([
    ['en', 'Who is that?', 400],
    ['en', 'Can you help me with that?', 400],
    ['en', 'What is it for?', 400],
    ['en', '"Who is it for?"', 400],
    ['en', 'Yes, it is.', 400],
    ['en', 'Thank you for that.', 400],
    ['en', "I don't think so.", 400],
    ['de', 'Was kostet das?', 400],
    ['de', 'Wer ist das?', 400],
    ['de', 'Darf ich den Hund mitbringen, und wenn ja, ist das für ihn zu?', 400],
    ['de', 'Ja, ich nehme das.', 400],
    ['hi', 'आप दिल्ली में?', 400],
    ['hi', 'yeh kis se?', 400],
    ['ja', 'これは何ですか？', 400],
  ])('in %s is short after "%s": %i ms', (language, text, ms) => {
    expect(endpointDelayMs(text, { ...usual, language })).toBe(ms);
  });

  it.each([
    ['en', 'I would like to.', 800],
    ['en', 'My name is.', 800],
    ['de', 'Ich hätte eine Frage zu.', 800],
    ['de', 'Ja, das bin ich.', 800],
    ['hi', 'सोमवार को।', 800],
    ['hi', 'main Dilli se.', 800],
  ])('in %s is in the middle where a full stop may stand by mistake: "%s"', (language, text, ms) => {
    expect(endpointDelayMs(text, { ...usual, language })).toBe(ms);
  });

  it.each([
    ['en', 'I would like a table and.', 2_000],
    ['en', 'Hello. So.', 2_000],
    ['en', 'Well...', 2_000],
    ['de', 'Ich hätte gern einen Tisch für.', 2_000],
    ['de', 'Ich glaube, dass.', 2_000],
    ['hi', 'मुझे टेबल चाहिए और।', 2_000],
    ['hi', 'mujhe table chahiye lekin.', 2_000],
  ])('in %s is long though a full stop stands there: "%s"', (language, text, ms) => {
    expect(endpointDelayMs(text, { ...usual, language })).toBe(ms);
  });

  it.each([
    ['en', 'May I have your number?', 'four one five', 800],
    ['en', "What's your phone number?", 'Four one five.', 800],
    ['en', "What's your phone number?", 'It is 415-555.', 800],
    ['de', 'Wie ist Ihre Nummer?', 'null eins sieben.', 800],
    ['hi', 'क्या आपका नंबर मिल सकता है?', 'नौ आठ सात', 800],
    ['en', "What's your phone number?", '415,', 2_000],
    ['en', 'How many are you?', '120.', 300],
    ['en', 'Is it for two or for four?', 'Four.', 300],
    ['en', 'When?', 'At 10:30.', 400],
    ['en', 'How much?', '$29.99.', 400],
    ['en', 'Which room is it?', 'Is it 415?', 400],
  ])('in %s to "%s" does not take the first digits for all: "%s"', (language, asked, text, ms) => {
    expect(endpointDelayMs(text, { ...usual, language, asked })).toBe(ms);
  });

  it.each([
    ['en', 'I am calling from', 2_000, 800],
    ['en', 'I would like, erm', 2_000, 800],
    ['en', 'Umm.', 2_000, 400],
    ['en', 'That is what it is about.', 800, 400],
    ['de', 'Ich hätte gern einen Termin am', 2_000, 800],
    ['de', 'Ich suche meinen', 2_000, 800],
    ['de', 'Ich möchte bitte einen.', 800, 400],
    ['de', 'Also.', 2_000, 400],
  ])('in %s is for more to come behind "%s"', (language, text, ms, before) => {
    expect(endpointDelayMs(text, { ...usual, language })).toBe(ms);
    expect(endpointDelayMs(text, { ...usual, language, rules: 6 })).toBe(before);
  });

  it('took them for all by earlier rules', () => {
    const asked = 'May I have your number?';
    expect(endpointDelayMs('four one five', { ...usual, rules: 6, asked })).toBe(300);
  });

  it.each([
    ['Who is that?', 2_000],
    ['Yes, it is.', 2_000],
    ['I would like to.', 2_000],
    ['Well...', 400],
    ['Where are you?', 400],
  ])('by the rules of before is as it was after "%s": %i ms', (text, ms) => {
    expect(endpointDelayMs(text, { ...usual, rules: 5 })).toBe(ms);
  });

  it('is what the answer waits for, by the rules that the conversation began with', () => {
    const committedAtMs = (rules: number): number | undefined =>
      new Conversation({ settings: { rules } })
        .start()
        .says(1_000, 'Who is that?')
        .runUntil(8_000)
        .events.find(({ type }) => type === 'CallerTurnCommitted')?.recordedAtMs;
    // The last sound is at 1,900 ms.
    expect(committedAtMs(NEWEST_RULES)).toBe(2_300);
    expect(committedAtMs(5)).toBe(3_900);
  });

  it('is for the same words as an answer is prepared for in mid-speech', () => {
    const prepared = (rules: number) =>
      new Conversation({ settings: { rules, speculates: true } })
        .start()
        .says(1_000, 'Who is that? I mean the one who has called')
        .runUntil(3_900)
        .effects.flatMap((effect) => (effect.type === 'think' ? [effect.uncommitted] : []));
    expect(prepared(NEWEST_RULES)).toEqual(['Who is that?']);
    expect(prepared(5)).toEqual([]);
  });

  it.each([
    ['en', 'Is that right?', 'yes', 300],
    ['en', 'How many are you?', 'Four.', 300],
    ['en', 'How many are you?', '4', 300],
    ['en', 'What is your phone number?', '0 6 6', 800],
    ['en', 'Is that right?', 'yes and', 2_000],
    ['en', 'Is that right?', 'yes we are', 800],
    ['de-AT', 'Passt Ihnen das?', 'Ja', 300],
    ['de-AT', 'Wann passt es Ihnen?', 'Ja', 800],
    ['de', 'Wie viele sind Sie?', 'zwei', 300],
    ['hi', 'क्या आप कल आएँगे?', 'हाँ', 300],
    ['hi', 'kya aap kal aayenge?', 'haan ji', 300],
    ['hi', 'आपका नाम क्या है?', 'हाँ', 800],
    ['hi', 'कितने लोग हैं?', 'दो', 300],
  ])('in %s after "%s" and "%s" is %i ms', (language, asked, text, ms) => {
    expect(endpointDelayMs(text, { ...usual, language, asked })).toBe(ms);
  });

  it.each([
    ['I need a table.', 100, 300],
    ['I need a table.', 875, 500],
    ['I need a table.', 3_000, 500],
    ['I need a table', 350, 500],
    ['I need a table', 1_050, 1_200],
    ['I need a table', 3_000, 1_400],
    ['I need a', 100, 1_200],
    ['I need a', 3_000, 2_500],
  ])('after "%s" of a caller who pauses %i ms on average is %i ms', (text, pauseEmaMs, ms) => {
    expect(endpointDelayMs(text, { ...usual, pauseEmaMs })).toBe(ms);
  });
});

describe("a caller's pauses", () => {
  it('are an average in which each new one counts a tenth', () => {
    expect(withPause(700, 1_700)).toBeCloseTo(800);
    expect(withPause(700, 300)).toBeCloseTo(660);
  });

  it('are not the silences in which something else is begun', () => {
    expect(withPause(700, 3_001)).toBe(700);
    expect(withPause(700, -20)).toBe(700);
  });
});
