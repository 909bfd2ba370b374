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
