import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { AnswerRequest, Message, Tool } from '../language-model.js';
import { isReasoning, knowsNoEffort, samplingOf } from './model-traits.js';

type ChatMessage = ChatCompletionCreateParamsStreaming['messages'][number];

/** The body of a streamed chat completion. Empty lists are left out: the API refuses them. */
export const chatRequest = (model: string, request: AnswerRequest): ChatCompletionCreateParamsStreaming => ({
  model,
  messages: [{ role: 'system', content: request.systemPrompt }, ...request.messages.map(chatMessage)],
  stream: true,
  stream_options: { include_usage: true },
  ...(request.tools.length > 0 && { tools: request.tools.map(chatTool) }),
  ...(isReasoning(model) ? reasoningSettings(model, request) : plainSettings(model, request)),
});

const chatMessage = (message: Message): ChatMessage => {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.text };
    case 'assistant':
      return message.toolCalls.length === 0
        ? { role: 'assistant', content: message.text }
        : {
            role: 'assistant',
            content: message.text || null,
            tool_calls: message.toolCalls.map(({ id, name, arguments: args }) => ({
              id,
              type: 'function',
              function: { name, arguments: args },
            })),
          };
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.result };
  }
};

const chatTool = ({ name, description, parameters }: Tool) =>
  ({ type: 'function', function: { name, description, parameters: { ...parameters } } }) as const;

/** They answer 400 to `max_tokens`, too. */
const reasoningSettings = (model: string, { maxTokens }: AnswerRequest) => ({
  ...(knowsNoEffort(model) && { reasoning_effort: 'none' as const }),
  ...(maxTokens !== null && { max_completion_tokens: maxTokens }),
});

/** Ollama and LM Studio know only `max_tokens`; OpenAI's own models of this kind take it too. */
const plainSettings = (model: string, request: AnswerRequest) => ({
  ...samplingOf(model, request),
  ...(request.maxTokens !== null && { max_tokens: request.maxTokens }),
});
