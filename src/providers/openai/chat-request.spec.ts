import { describe, expect, it } from '@jest/globals';
import { answerRequest } from '../../../test/support/provider-requests.js';
import { chatRequest } from './chat-request.js';

const request = answerRequest({
  messages: [{ role: 'user', text: 'A table for two' }],
  temperature: 0.3,
  maxTokens: 150,
});

describe('a chat request', () => {
  it('has temperature and max_tokens for plain models', () => {
    expect(chatRequest('llama3.2', request)).toEqual({
      model: 'llama3.2',
      messages: [
        { role: 'system', content: 'You book tables.' },
        { role: 'user', content: 'A table for two' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.3,
      max_tokens: 150,
    });
  });

  it('has neither for reasoning models, which are told not to think where they can be', () => {
    const settingsFor = (model: string) => {
      const { messages, stream, stream_options, ...settings } = chatRequest(model, request);
      return settings;
    };
    for (const model of ['gpt-5.4-mini', 'gpt-5.6-luna', 'gpt-6-luna']) {
      expect(settingsFor(model)).toEqual({ model, reasoning_effort: 'none', max_completion_tokens: 150 });
    }
    for (const model of ['gpt-5-mini', 'o3-mini']) {
      expect(settingsFor(model)).toEqual({ model, max_completion_tokens: 150 });
    }
    expect(settingsFor('gpt-4o-mini')).toMatchObject({ temperature: 0.3, max_tokens: 150 });
  });

  it('leaves out what the agent leaves to the provider', () => {
    const body = chatRequest('llama3.2', { ...request, temperature: null, maxTokens: null });
    expect(Object.keys(body)).toEqual(['model', 'messages', 'stream', 'stream_options']);
  });

  it('tells tool calls and their results in the order of the conversation', () => {
    const body = chatRequest('llama3.2', {
      ...request,
      messages: [
        { role: 'assistant', text: '', toolCalls: [{ id: 'a', name: 'book', arguments: '{"for":2}' }] },
        { role: 'tool', toolCallId: 'a', result: 'booked' },
        { role: 'assistant', text: 'Done.', toolCalls: [] },
      ],
      tools: [{ name: 'book', description: 'Books a table', parameters: { type: 'object' } }],
    });
    expect(body.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'book', arguments: '{"for":2}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'booked' },
      { role: 'assistant', content: 'Done.' },
    ]);
    expect(body.tools).toEqual([
      {
        type: 'function',
        function: { name: 'book', description: 'Books a table', parameters: { type: 'object' } },
      },
    ]);
  });
});
