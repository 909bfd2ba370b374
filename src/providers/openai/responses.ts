import type { OpenAI } from 'openai';
import { z } from 'zod';
import type { ExchangeOptions } from '../exchange.js';
import type { AnswerPart, AnswerRequest } from '../language-model.js';
import { parseAnswer } from './answer-shape.js';
import { exchange } from './exchange.js';
import { type Operation, openAiError } from './failure.js';
import { responsesRequest } from './responses-request.js';

const usage = z.object({ input_tokens: z.number(), output_tokens: z.number() }).nullish();
const response = z.object({
  usage,
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  error: z.object({ code: z.string().nullish() }).nullish(),
});

/** The events that say something to us. */
const responseEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('response.output_text.delta'), delta: z.string() }),
  z.object({ type: z.literal('response.refusal.delta'), delta: z.string() }),
  z.object({
    type: z.literal('response.output_item.done'),
    item: z.looseObject({
      type: z.string(),
      call_id: z.string().optional(),
      name: z.string().optional(),
      arguments: z.string().optional(),
    }),
  }),
  z.object({ type: z.literal('response.completed'), response }),
  z.object({ type: z.literal('response.incomplete'), response }),
  z.object({ type: z.literal('response.failed'), response }),
  z.object({ type: z.literal('error'), code: z.string().nullish() }),
]);

const known = new Set(responseEvent.options.map(({ shape }) => shape.type.value as string));

/** An answer through OpenAI's Responses API, piece by piece. Throws as `exchange` does. */
export async function* answerByResponses(
  client: OpenAI,
  operation: Operation,
  request: AnswerRequest,
  options: ExchangeOptions,
): AsyncGenerator<AnswerPart, void> {
  const events = exchange(operation, options, (signal) =>
    client.responses.create(responsesRequest(operation.model, request), { signal }),
  );
  for await (const event of events) {
    if (!known.has(event.type)) continue;
    const parsed = parseAnswer(operation, responseEvent, event);
    switch (parsed.type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        yield { type: 'text', delta: parsed.delta };
        break;
      case 'response.output_item.done': {
        const { type, call_id: id, name, arguments: args } = parsed.item;
        if (type !== 'function_call') break;
        if (!id || !name) throw openAiError(operation, 'sent a tool call without its id or its name.');
        yield { type: 'tool_call', call: { id, name, arguments: args?.trim() || '{}' } };
        break;
      }
      case 'response.completed':
      case 'response.incomplete': {
        const { usage } = parsed.response;
        const tokens = usage && { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens };
        yield { type: 'done', usage: tokens ?? null };
        return;
      }
      case 'response.failed':
        throw brokeOff(operation, parsed.response.error?.code);
      case 'error':
        throw brokeOff(operation, parsed.code);
    }
  }
  if (!options.signal.aborted) throw openAiError(operation, 'ended its answer before it was finished.');
}

const brokeOff = (operation: Operation, code: string | null | undefined) =>
  openAiError(operation, `broke off its answer${code && /^[a-z_]+$/.test(code) ? ` (${code})` : ''}.`);
