import type {
  MessageCreateParamsStreaming,
  MessageParam,
  Tool as ToolParam,
} from '@anthropic-ai/sdk/resources/messages';
import type { AnswerRequest, Message, Tool } from '../language-model.js';

/** The API wants a limit; what is said in one turn of a call is far shorter. */
const MAX_TOKENS = 1_024;

/** A conversation must begin with the user, and a call begins with the agent's greeting. */
const CALL_BEGINS = '[The call begins.]';

/** Sampling parameters: they are no longer in the client's types, and the older models still take them. */
interface Sampling {
  readonly temperature?: number;
  readonly top_p?: number;
}

/** The body of a streamed message. */
export const messagesRequest = (
  model: string,
  request: AnswerRequest,
): MessageCreateParamsStreaming & Sampling => {
  const messages = request.messages.map(messageParam);
  const begun: MessageParam[] =
    messages[0]?.role === 'user' ? messages : [{ role: 'user', content: CALL_BEGINS }, ...messages];
  return {
    model,
    max_tokens: request.maxTokens ?? MAX_TOKENS,
    messages: begun,
    stream: true,
    ...(request.systemPrompt !== '' && { system: request.systemPrompt }),
    ...(request.tools.length > 0 && { tools: request.tools.map(toolParam) }),
    ...(takesSampling(model) ? samplingOf(request) : thinkingOf(model)),
  };
};

const messageParam = (message: Message): MessageParam => {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.text };
    case 'assistant':
      return {
        role: 'assistant',
        content: [
          // An empty text is refused.
          ...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
          ...message.toolCalls.map(({ id, name, arguments: args }) => ({
            type: 'tool_use' as const,
            id,
            name,
            input: objectOf(args),
          })),
        ],
      };
    case 'tool':
      return {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: message.toolCallId, content: message.result }],
      };
  }
};

/** A tool's input is an object here; what another model wrote may be none. */
const objectOf = (args: string): Record<string, unknown> => {
  try {
    const parsed: unknown = JSON.parse(args);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : {};
  } catch {
    return {};
  }
};

const toolParam = ({ name, description, parameters }: Tool): ToolParam => ({
  name,
  description,
  input_schema: { ...parameters, type: 'object' },
});

/** Models after 4.6 answer 400 to every temperature and `top_p` but the default. */
const takesSampling = (model: string): boolean =>
  /^claude-(3|(opus|sonnet|haiku)-4(-[0-6])?(-|$))/.test(model);

/** Its temperature ends at 1; of the two, 4.5 and newer refuse both at once. */
const samplingOf = ({ temperature, topP }: AnswerRequest): Sampling => {
  if (temperature !== null) return { temperature: Math.min(temperature, 1) };
  return topP === null ? {} : { top_p: topP };
};

/** These think before they answer unless they are told not to; a caller doesn't wait for thoughts. */
const thinkingOf = (model: string) =>
  /^claude-(opus|sonnet|haiku)-/.test(model) ? { thinking: { type: 'disabled' as const } } : {};
