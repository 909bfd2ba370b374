import type { ResponseCreateParamsStreaming, ResponseInputItem } from 'openai/resources/responses/responses';
import type { AnswerRequest, Message } from '../language-model.js';
import { hasOnlyResponses, isReasoning, knowsNoEffort, samplingOf } from './model-traits.js';

/** The API refuses less. */
const MIN_OUTPUT_TOKENS = 16;

/** The body of a streamed response. OpenAI keeps nothing of it. */
export const responsesRequest = (model: string, request: AnswerRequest): ResponseCreateParamsStreaming => ({
  model,
  stream: true,
  store: false,
  instructions: request.systemPrompt,
  input: request.messages.flatMap(inputItems),
  ...(request.tools.length > 0 && {
    tools: request.tools.map(({ name, description, parameters }) => ({
      type: 'function' as const,
      name,
      description,
      parameters: { ...parameters },
      strict: false,
    })),
  }),
  ...(isReasoning(model) &&
    knowsNoEffort(model) &&
    !hasOnlyResponses(model) && { reasoning: { effort: 'none' as const } }),
  ...samplingOf(model, request),
  ...(request.maxTokens !== null && { max_output_tokens: Math.max(MIN_OUTPUT_TOKENS, request.maxTokens) }),
});

const inputItems = (message: Message): readonly ResponseInputItem[] => {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: message.text }];
    case 'assistant':
      return [
        ...(message.text === '' ? [] : [{ role: 'assistant' as const, content: message.text }]),
        ...message.toolCalls.map(({ id, name, arguments: args }) => ({
          type: 'function_call' as const,
          call_id: id,
          name,
          arguments: args,
        })),
      ];
    case 'tool':
      return [{ type: 'function_call_output', call_id: message.toolCallId, output: message.result }];
  }
};
