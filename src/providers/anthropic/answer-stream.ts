import { z } from 'zod';
import type { AnswerPart, Usage } from '../language-model.js';
import { anthropicError } from './failure.js';

const tokens = z.number().nullish();

/** The events that say something to us; the others are skipped, as the API's versioning asks for. */
const streamEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message_start'),
    message: z.object({
      usage: z.object({
        input_tokens: tokens,
        cache_creation_input_tokens: tokens,
        cache_read_input_tokens: tokens,
      }),
    }),
  }),
  z.object({
    type: z.literal('content_block_start'),
    index: z.number(),
    content_block: z.looseObject({
      type: z.string(),
      id: z.string().optional(),
      name: z.string().optional(),
      text: z.string().optional(),
    }),
  }),
  z.object({
    type: z.literal('content_block_delta'),
    index: z.number(),
    delta: z.looseObject({
      type: z.string(),
      text: z.string().optional(),
      partial_json: z.string().optional(),
    }),
  }),
  z.object({ type: z.literal('content_block_stop'), index: z.number() }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish() }),
    usage: z.object({ output_tokens: z.number() }),
  }),
  z.object({ type: z.literal('message_stop') }),
]);

type StreamEvent = z.infer<typeof streamEvent>;

const known = new Set(streamEvent.options.map(({ shape }) => shape.type.value as string));

/** Turns one answer's stream of events into its parts. */
export class AnswerStream {
  readonly #model: string;
  /** By the block's index; the input comes in pieces of JSON. */
  readonly #calls = new Map<number, { readonly id: string; readonly name: string; input: string }>();
  #inputTokens = 0;
  #outputTokens: number | null = null;
  #isOver = false;

  constructor(model: string) {
    this.#model = model;
  }

  /** What an event says. Throws UNAVAILABLE for one of an unknown shape, and for a refusal. */
  parts(event: unknown): readonly AnswerPart[] {
    const { type } = z.looseObject({ type: z.string() }).catch({ type: '' }).parse(event);
    if (type !== '' && !known.has(type)) return [];
    const parsed = streamEvent.safeParse(event);
    if (parsed.success) return this.#partsOf(parsed.data);
    const field = parsed.error.issues[0]?.path.join('.') || 'the event itself';
    throw anthropicError(this.#model, `sent an answer of an unknown shape (${field}).`);
  }

  /** The end. Throws UNAVAILABLE where the answer wasn't whole: a tool call that is cut off must not run. */
  done(): AnswerPart {
    if (!this.#isOver) throw anthropicError(this.#model, 'ended its answer before it was finished.');
    const outputTokens = this.#outputTokens;
    const usage: Usage | null =
      outputTokens === null ? null : { inputTokens: this.#inputTokens, outputTokens };
    return { type: 'done', usage };
  }

  #partsOf(event: StreamEvent): readonly AnswerPart[] {
    switch (event.type) {
      case 'message_start': {
        const { usage } = event.message;
        this.#inputTokens =
          (usage.input_tokens ?? 0) +
          (usage.cache_creation_input_tokens ?? 0) +
          (usage.cache_read_input_tokens ?? 0);
        return [];
      }
      case 'content_block_start': {
        const { type, id, name, text } = event.content_block;
        if (type === 'tool_use' && id && name) this.#calls.set(event.index, { id, name, input: '' });
        return text ? [{ type: 'text', delta: text }] : [];
      }
      case 'content_block_delta': {
        const { text, partial_json } = event.delta;
        const call = this.#calls.get(event.index);
        if (call && partial_json) call.input += partial_json;
        return event.delta.type === 'text_delta' && text ? [{ type: 'text', delta: text }] : [];
      }
      case 'content_block_stop': {
        const call = this.#calls.get(event.index);
        if (!call) return [];
        this.#calls.delete(event.index);
        const { id, name, input } = call;
        return [{ type: 'tool_call', call: { id, name, arguments: input.trim() || '{}' } }];
      }
      case 'message_delta':
        this.#outputTokens = event.usage.output_tokens;
        if (event.delta.stop_reason === 'refusal') throw anthropicError(this.#model, 'refused to answer.');
        return [];
      case 'message_stop':
        this.#isOver = true;
        return [];
    }
  }
}
