import { describe, expect, it } from '@jest/globals';
import { endpointDelayMs } from './endpointing.js';

describe('the wait after the last sound', () => {
  it.each([
    ['Yes.', 300],
    ['no', 300],
    ['4 2', 300],
    ['I need an appointment.', 400],
    ['Do you have a table?', 400],
    ['हम कल आएँगे।', 400],
    ['I need an appointment', 800],
    ['you have a table', 800],
    ['I need an appointment and', 2_000],
    ['on Monday,', 2_000],
    ['well…', 2_000],
  ])('after "%s" is %i ms', (text, ms) => {
    expect(endpointDelayMs(text, 'en')).toBe(ms);
  });

  it('is long where a sentence ends with a word that no sentence ends with', () => {
    // Recognizers put a full stop behind whatever comes before a pause.
    expect(endpointDelayMs('I would like to.', 'en')).toBe(2_000);
  });

  it('goes by the language', () => {
    expect(endpointDelayMs('Ja', 'de')).toBe(300);
    expect(endpointDelayMs('Ja', 'en')).toBe(800);
  });
});
