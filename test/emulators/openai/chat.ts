import { type Addressed, scriptFor } from '../script-for.js';
import { type Answer, type Delivery, events, refusal } from './delivery.js';

/** An answer of the model; by default it repeats what the user or the tool said. */
export interface ChatScript extends Delivery, Addressed {
  readonly text?: string;
  /** Instead of the text: the model declines in words, which have a field of their own. */
  readonly refusal?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  /** Instead of all that: the events' data, word for word. */
  readonly data?: readonly unknown[];
}

interface ChatMessage {
  readonly role: string;
  readonly content?: string | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function?: { readonly name?: string; readonly arguments?: string };
  }[];
  readonly tool_call_id?: string;
}

interface ChatBody {
  readonly model?: string;
  readonly messages?: readonly ChatMessage[];
  readonly tools?: readonly unknown[];
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly reasoning_effort?: string;
}

/** The next script, or the one for this request. */
export const chatScriptFor = ({ messages = [] }: ChatBody, scripts: ChatScript[]): ChatScript =>
  scriptFor(messages.at(-1)?.content ?? '', scripts) ?? {};

/** `POST /chat/completions`, streamed. */
export const chat = (
  body: ChatBody,
  { text, refusal: declined, toolCalls = [], data }: ChatScript,
): Answer => {
  if (data) return events(data);
  const problem = problemOf(body);
  if (problem) return refusal(400, 'invalid_value', `Invalid '${problem}'.`, problem);
  const reply = declined ?? text ?? (toolCalls.length > 0 ? '' : defaultReply(body.messages ?? []));
  const deltas = [
    { role: 'assistant', content: '', refusal: null },
    ...(reply.match(/\s*\S+/g) ?? []).map((piece) =>
      declined === undefined ? { content: piece } : { refusal: piece },
    ),
    ...toolCalls.flatMap((call, index) => toolCallDeltas(index, call.name, call.arguments)),
  ];
  const inputTokens = wordsIn((body.messages ?? []).map(({ content }) => content ?? '').join(' '));
  const outputTokens = wordsIn(reply);
  const usage = {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
  const finish = toolCalls.length > 0 ? 'tool_calls' : 'stop';
  return events([
    ...deltas.map((delta) => chunk([{ index: 0, delta, finish_reason: null }])),
    chunk([{ index: 0, delta: {}, finish_reason: finish }]),
    { ...chunk([]), usage },
    '[DONE]',
  ]);
};

const chunk = (choices: readonly unknown[]) => ({
  id: 'chatcmpl-emulated',
  object: 'chat.completion.chunk',
  created: 1_790_000_000,
  model: 'emulated',
  choices,
  usage: null,
});

/** The id and the name come first, the arguments then in pieces of 5 characters. */
const toolCallDeltas = (index: number, name: string, args: string) => [
  {
    tool_calls: [
      { index, id: `call_emulated_${index}`, type: 'function', function: { name, arguments: '' } },
    ],
  },
  ...(args.match(/.{1,5}/gs) ?? []).map((piece) => ({
    tool_calls: [{ index, function: { arguments: piece } }],
  })),
];

const defaultReply = (messages: readonly ChatMessage[]): string => {
  const last = messages.at(-1);
  if (last?.role === 'tool') return `The tool said: ${last.content}`;
  return last?.role === 'user' ? `You said: ${last.content}` : 'Hello.';
};

/** What the API answers 400 to: the field, or `null`. */
const problemOf = ({ messages, ...body }: ChatBody): string | null => {
  if (messages?.[0]?.role !== 'system') return 'messages';
  const calls = new Set<string>();
  for (const [at, { role, tool_calls, tool_call_id }] of messages.entries()) {
    if (tool_calls?.length === 0) return `messages[${at}].tool_calls`;
    for (const { id, function: called } of tool_calls ?? []) {
      if (id.length > 40) return `messages[${at}].tool_calls[0].id`;
      if (!/^[a-zA-Z0-9_-]{1,64}$/.test(called?.name ?? '')) return `messages[${at}].tool_calls[0].name`;
      // Compatible servers do.
      if (!isObject(called?.arguments)) return `messages[${at}].tool_calls[0].arguments`;
      calls.add(id);
    }
    if (role === 'tool' && !calls.has(tool_call_id ?? '')) return `messages[${at}].tool_call_id`;
  }
  if (body.tools?.length === 0) return 'tools';
  if (!/^(o\d|gpt-[5-9])/.test(body.model ?? '')) return null;
  if (body.temperature !== undefined && body.temperature !== 1) return 'temperature';
  if (body.max_tokens !== undefined) return 'max_tokens';
  return body.tools && body.reasoning_effort !== 'none' ? 'reasoning_effort' : null;
};

const isObject = (json = ''): boolean => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

/** A token is a word here. */
const wordsIn = (text: string): number => text.match(/\S+/g)?.length ?? 0;
