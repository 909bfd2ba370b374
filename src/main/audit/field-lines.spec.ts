import { describe, expect, it } from '@jest/globals';
import { fieldLines } from './field-lines.js';

describe("an event's fields on a terminal", () => {
  it('are a line each, their values in a column', () => {
    expect(fieldLines({ agentId: 'agt_1', name: 'Ada', description: null }, 80)).toEqual([
      'agentId      "agt_1"',
      'name         "Ada"',
      'description  null',
    ]);
    expect(fieldLines({}, 80)).toEqual([]);
  });

  it('stand beneath their name where a line is too short: fields by field, words unbroken', () => {
    const settings = {
      greeting: 'Hello, this is Ada.',
      voice: { provider: 'sandbox', voice: 'ada' },
      tools: [1],
    };
    expect(fieldLines({ version: 1, settings }, 30)).toEqual([
      'version   1',
      'settings',
      '  greeting',
      '    "Hello, this is Ada."',
      '  voice',
      '    provider  "sandbox"',
      '    voice     "ada"',
      '  tools     [1]',
    ]);
    expect(fieldLines({ text: 'one two three four five six' }, 22)).toEqual([
      'text',
      '  "one two three four',
      '  five six"',
    ]);
    expect(fieldLines({ hash: 'a'.repeat(30) }, 22)).toEqual([
      'hash',
      `  "${'a'.repeat(19)}`,
      `  ${'a'.repeat(11)}"`,
    ]);
  });

  it('cannot steer the terminal', () => {
    expect(fieldLines({ text: '\u001b[2J \u009b2J' }, 80)).toEqual(['text  "\\u001b[2J \\u009b2J"']);
  });
});
