import { type Answer, type Delivery, refusal } from './delivery.js';

/** An answer of the model; by default it repeats what the user or the tool said. */
export interface ResponsesScript extends Delivery {
  readonly text?: string;
  /** Instead of the text: the model declines in words, which have events of their own. */
  readonly refusal?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
  /** How it ends, where it isn't whole. */
  readonly ends?: 'incomplete' | 'failed' | 'error' | 'nothing';
}

interface Item {
  readonly type?: string;
  readonly role?: string;
  readonly content?: string;
  readonly call_id?: string;
  readonly output?: string;
}

interface ResponsesBody {
  readonly model?: string;
  readonly input?: readonly Item[];
  readonly tools?: readonly unknown[];
  readonly temperature?: number;
  readonly max_output_tokens?: number;
}

/** `POST /responses`, streamed: its events have names, and there is no `[DONE]`. */
export const responses = (body: ResponsesBody, script: ResponsesScript): Answer => {
  const { text, refusal: declined, toolCalls = [], ends } = script;
  const problem = problemOf(body);
  if (problem) return refusal(400, 'invalid_value', `Invalid '${problem}'.`, problem);
  const reply = declined ?? text ?? (toolCalls.length > 0 ? '' : defaultReply(body.input ?? []));
  const usage = { input_tokens: 7, output_tokens: reply.match(/\S+/g)?.length ?? 0, total_tokens: 0 };
  const response = { id: 'resp_emulated', object: 'response', usage, error: null, incomplete_details: null };
  const item = { id: 'msg_emulated', type: 'message', role: 'assistant' };
  const events = [
    { type: 'response.created', response: { ...response, usage: null } },
    { type: 'response.in_progress', response: { ...response, usage: null } },
    { type: 'response.output_item.added', output_index: 0, item },
    ...(reply.match(/\s*\S+/g) ?? []).map((delta) => ({
      type: declined === undefined ? 'response.output_text.delta' : 'response.refusal.delta',
      output_index: 0,
      content_index: 0,
      item_id: item.id,
      delta,
    })),
    { type: 'response.output_item.done', output_index: 0, item },
    ...toolCalls.flatMap((call, at) => toolEvents(at + 1, call)),
    ...endOf(ends, response),
  ].map((event, sequence_number) => ({ ...event, sequence_number }));
  return {
    status: 200,
    contentType: 'text/event-stream; charset=utf-8',
    body: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  };
};

const endOf = (ends: ResponsesScript['ends'], response: object): { readonly type: string }[] => {
  switch (ends) {
    case 'nothing':
      return [];
    case 'error':
      return [{ type: 'error', code: 'server_error', message: 'No', param: null } as { type: string }];
    case 'failed': {
      const failed = { ...response, usage: null, error: { code: 'rate_limit_exceeded', message: 'No' } };
      return [{ type: 'response.failed', response: failed } as { type: string }];
    }
    default:
      return [{ type: `response.${ends ?? 'completed'}`, response } as { type: string }];
  }
};

/** Calls are joined by `call_id`; `id` is the item's. */
const toolEvents = (index: number, call: { readonly name: string; readonly arguments: string }) => {
  const item = { id: `fc_${index}`, type: 'function_call', call_id: `call_${index}`, name: call.name };
  return [
    { type: 'response.output_item.added', output_index: index, item: { ...item, arguments: '' } },
    ...(call.arguments.match(/.{1,5}/gs) ?? []).map((delta) => ({
      type: 'response.function_call_arguments.delta',
      output_index: index,
      item_id: item.id,
      delta,
    })),
    {
      type: 'response.output_item.done',
      output_index: index,
      item: { ...item, arguments: call.arguments },
    },
  ];
};

const defaultReply = (input: readonly Item[]): string => {
  const last = input.at(-1);
  return last?.type === 'function_call_output'
    ? `The tool said: ${last.output}`
    : `You said: ${last?.content}`;
};

/** What the API answers 400 to: the field, or `null`. */
const problemOf = ({ model = '', input = [], tools, ...body }: ResponsesBody): string | null => {
  const calls = new Set<string>();
  for (const [at, { type, call_id = '' }] of input.entries()) {
    if (type === 'function_call') calls.add(call_id);
    if (type === 'function_call_output' && !calls.has(call_id)) return `input[${at}].call_id`;
  }
  if (tools?.length === 0) return 'tools';
  if (body.max_output_tokens !== undefined && body.max_output_tokens < 16) return 'max_output_tokens';
  return /^(o\d|gpt-[5-9])/.test(model) && body.temperature !== undefined ? 'temperature' : null;
};
