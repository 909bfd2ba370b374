import type { Answer, Delivery } from '../openai/delivery.js';
import { type Addressed, scriptFor } from '../script-for.js';

type Event = { readonly type: string } & Readonly<Record<string, unknown>>;

/** An answer of the model; by default it repeats what the user or the tool said. */
export interface MessagesScript extends Delivery, Addressed {
  readonly text?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  readonly stopReason?: string;
  /** Ends the stream with this kind of error instead of its last events. */
  readonly breaksOffWith?: string;
  /** Instead of all that: the events, word for word. */
  readonly data?: readonly Event[];
}

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly content?: string;
}

interface MessagesBody {
  readonly model?: string;
  readonly max_tokens?: number;
  readonly messages?: readonly { readonly role: string; readonly content: string | readonly Block[] }[];
  readonly tools?: readonly { readonly input_schema?: { readonly type?: string } }[];
  readonly temperature?: number;
  readonly top_p?: number;
}

/** Anthropic's error body. */
export const refusal = (status: number, type: string, message: string): Answer => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_emulated' }),
});

/** The next script, or the one for this request. */
export const messagesScriptFor = (body: MessagesBody, scripts: MessagesScript[]): MessagesScript =>
  scriptFor(lastBlock(body)?.text ?? '', scripts) ?? {};

/** `POST /v1/messages`, streamed. */
export const messages = (body: MessagesBody, script: MessagesScript): Answer => {
  const { text, toolCalls = [], stopReason, breaksOffWith, data } = script;
  if (data) return events(data);
  const problem = problemOf(body);
  if (problem) return refusal(400, 'invalid_request_error', problem);
  const reply = text ?? (toolCalls.length > 0 ? '' : defaultReply(body));
  const whole = [
    {
      type: 'message_start',
      message: {
        id: 'msg_emulated',
        type: 'message',
        role: 'assistant',
        content: [],
        model: body.model,
        stop_reason: null,
        usage: { input_tokens: 12, cache_read_input_tokens: 3, output_tokens: 1 },
      },
    },
    { type: 'ping' },
    ...(reply === '' ? [] : textBlock(0, reply)),
    ...toolCalls.flatMap((call, at) => toolBlock(at + 1, call)),
  ];
  if (breaksOffWith) {
    const error = { type: 'error', error: { type: breaksOffWith, message: `No: ${reply}` } };
    return events([...whole, error]);
  }
  const stop_reason = stopReason ?? (toolCalls.length > 0 ? 'tool_use' : 'end_turn');
  const usage = { output_tokens: reply.match(/\S+/g)?.length ?? 0 };
  return events([
    ...whole,
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  ]);
};

const events = (data: readonly Event[]): Answer => ({
  status: 200,
  contentType: 'text/event-stream; charset=utf-8',
  body: data.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
});

const textBlock = (index: number, text: string) => [
  { type: 'content_block_start', index, content_block: { type: 'text', text: '' } },
  ...(text.match(/\s*\S+/g) ?? []).map((piece) => ({
    type: 'content_block_delta',
    index,
    delta: { type: 'text_delta', text: piece },
  })),
  { type: 'content_block_stop', index },
];

/** The input comes in pieces of 5 characters; that of a call without arguments is empty. */
const toolBlock = (index: number, call: { readonly name: string; readonly arguments: string }) => [
  {
    type: 'content_block_start',
    index,
    content_block: { type: 'tool_use', id: `toolu_${index}`, name: call.name, input: {} },
  },
  ...(call.arguments.match(/.{1,5}/gs) ?? ['']).map((partial_json) => ({
    type: 'content_block_delta',
    index,
    delta: { type: 'input_json_delta', partial_json },
  })),
  { type: 'content_block_stop', index },
];

const blocksOf = (content: string | readonly Block[]): readonly Block[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

const lastBlock = ({ messages = [] }: MessagesBody): Block | undefined =>
  blocksOf(messages.at(-1)?.content ?? '').at(-1);

const defaultReply = (body: MessagesBody): string => {
  const last = lastBlock(body);
  return last?.type === 'tool_result' ? `The tool said: ${last.content}` : `You said: ${last?.text}`;
};

const IDENTIFIER = /^[a-zA-Z0-9_-]+$/;

/** What the API answers 400 to; `null`: nothing. */
const problemOf = ({ model = '', max_tokens, messages = [], tools, temperature, top_p }: MessagesBody) => {
  if (!max_tokens) return 'max_tokens: Field required';
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  if (messages.at(-1)?.role !== 'user') return 'This model does not support assistant message prefill.';
  if (tools?.some(({ input_schema }) => input_schema?.type !== 'object')) return 'tools: invalid schema';
  const calls = new Set<string>();
  for (const { content } of messages) {
    for (const block of blocksOf(content)) {
      if (block.type === 'text' && !block.text) return 'messages: text content blocks must be non-empty';
      if (block.type === 'tool_use' && ![block.id, block.name].every((name) => IDENTIFIER.test(name ?? '')))
        return 'messages: invalid tool_use';
      if (block.type === 'tool_use') calls.add(block.id ?? '');
      if (block.type === 'tool_use' && typeof block.input !== 'object') return 'messages: invalid input';
      if (block.type === 'tool_result' && !calls.has(block.tool_use_id ?? '')) return 'messages: unknown id';
    }
  }
  const isNew = !/-4-5|-4-6/.test(model);
  if (isNew && (temperature !== undefined || top_p !== undefined)) return 'temperature: not supported';
  return temperature !== undefined && top_p !== undefined ? 'temperature and top_p: only one' : null;
};
