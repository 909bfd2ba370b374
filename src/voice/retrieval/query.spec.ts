import { describe, expect, it } from '@jest/globals';
import type { HistoryEntry } from '../../domain/call/history.js';
import { queryOf } from './query.js';

const caller = (text: string | null): HistoryEntry => ({ role: 'caller', text });
const agent = (text: string | null): HistoryEntry => ({ role: 'agent', text, interrupted: false });
const keys = (digits: string): HistoryEntry => ({ role: 'keys', digits });

describe('what is looked up', () => {
  it.each<[string, readonly HistoryEntry[], string]>([
    [
      'is what the caller says',
      [agent('Hello!'), caller('When do you open?'), agent('At eight.'), caller('Do you have a car park?')],
      'Do you have a car park?',
    ],
    [
      'is a short answer with what it answers, and what that was about',
      [caller('I want to cancel my order.'), agent('I see. Is it the blue lamp?'), caller('Yes.')],
      'I want to cancel my order. Is it the blue lamp? Yes.',
    ],
    [
      'is a question that goes on with the one before it',
      [caller('When do you open?'), agent('At eight.'), caller('And on Sundays?')],
      'When do you open? At eight. And on Sundays?',
    ],
    [
      'is what was said before a pause, too',
      [caller('When do you open'), caller('on Sundays?')],
      'When do you open on Sundays?',
    ],
    [
      'is for keys what they were asked with',
      [agent('Welcome. Press 1 for opening hours.'), keys('1')],
      'Press 1 for opening hours.',
    ],
    ['is nothing where nothing was said', [keys('1')], ''],
    ['is nothing of what was erased', [caller(null), agent(null), caller('Yes.')], 'Yes.'],
  ])('%s', (_, history, query) => {
    expect(queryOf(history)).toBe(query);
  });

  it('is the end of what is too long', () => {
    const query = queryOf([caller(`${'so and so '.repeat(300)} what about refunds?`)]);
    expect(query.length).toBe(1_000);
    expect(query).toMatch(/what about refunds\?$/);
  });
});
