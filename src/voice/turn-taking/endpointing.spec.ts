import { describe, expect, it } from '@jest/globals';
import { endpointDelayMs, withPause } from './endpointing.js';
import { policy } from './policy.js';

const usual = { language: 'en', asked: '', pauseEmaMs: policy.usualPauseMs };

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

  it('is long where a sentence ends with a word that no sentence ends with', () => {
    // Recognizers put a full stop behind whatever comes before a pause.
    expect(endpointDelayMs('I would like to.', usual)).toBe(2_000);
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
