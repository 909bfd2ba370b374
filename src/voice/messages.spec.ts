import { describe, expect, it } from '@jest/globals';
import type { HistoryEntry } from '../domain/call/history.js';
import { messagesOf } from './messages.js';

const HASH = '0123456789abcdef0123456789abcdef';

const told = (toolCallId: string, name: string, args: string | null) => {
  const history: readonly HistoryEntry[] = [
    { role: 'tool_call', toolCallId, name, arguments: args },
    { role: 'tool_result', toolCallId, result: '{}' },
  ];
  return messagesOf(history);
};

describe('a tool call that a model is told of', () => {
  it.each([
    ['a call as OpenAI makes it', ['call_9', 'end_call', '{"day": 1}'], ['call_9', 'end_call', '{"day": 1}']],
    [
      'a name and an id with dots',
      ['functions.look:0', 'functions.look', '{}'],
      ['functions_look_0', 'functions_look', '{}'],
    ],
    ['an id that is too long', [`chatcmpl-tool-${HASH}`, 'look', '{}'], [`pl-tool-${HASH}`, 'look', '{}']],
    ['no name', ['call_9', '', '{}'], ['call_9', '_', '{}']],
    ['arguments that are cut off', ['call_9', 'look', '{"day": "Sat'], ['call_9', 'look', '{}']],
    ['arguments that are no object', ['call_9', 'look', '["Sat"]'], ['call_9', 'look', '{}']],
    ['arguments that are erased', ['call_9', 'look', null], ['call_9', 'look', '{}']],
  ] as const)('is one that every provider takes: %s', (_, [id, name, args], [toldId, toldName, toldArgs]) => {
    expect(told(id, name, args)).toEqual([
      { role: 'assistant', text: '', toolCalls: [{ id: toldId, name: toldName, arguments: toldArgs }] },
      { role: 'tool', toolCallId: toldId, result: '{}' },
    ]);
  });
});

describe('that a call is recorded, said before an answer that was owed', () => {
  const greeting = { role: 'agent', text: 'Hello.', interrupted: false } as const;
  const question = { role: 'caller', text: 'What does it cost?' } as const;
  const consent = { role: 'agent', text: 'This call is recorded.', interrupted: false } as const;
  const said = (text: string) => ({ role: 'assistant', text, toolCalls: [] });

  it('is told as if it had been said before the question, which is the last to be told', () => {
    expect(messagesOf([greeting, question, consent])).toEqual([
      said('Hello.'),
      said('This call is recorded.'),
      { role: 'user', text: 'What does it cost?' },
    ]);
  });

  it('is told before the question that a tool was called for', () => {
    const call = { role: 'tool_call', toolCallId: 'call_9', name: 'look', arguments: '{}' } as const;
    const result = { role: 'tool_result', toolCallId: 'call_9', result: '{}' } as const;
    const told = messagesOf([greeting, question, call, result, consent]);
    expect(told.map(({ role }) => role)).toEqual(['assistant', 'assistant', 'user', 'assistant', 'tool']);
    expect(told[1]).toEqual(said('This call is recorded.'));
  });

  it('stays where it is when the caller has said something since', () => {
    const told = messagesOf([question, consent, { role: 'caller', text: 'Hello?' }]);
    expect(told.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  it('stays where it is when nobody has asked anything', () => {
    expect(messagesOf([greeting, consent])).toEqual([said('Hello.'), said('This call is recorded.')]);
  });
});
