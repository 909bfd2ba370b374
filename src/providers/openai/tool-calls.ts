import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ToolCall } from '../language-model.js';

/** A piece of a tool call as servers send it. OpenAI's has always an index, and the id and the name in its first piece. */
export const toolCallDelta = z.object({
  index: z.number().nullish(),
  id: z.string().nullish(),
  function: z
    .object({
      name: z.string().nullish(),
      /** Text, of which a piece; some servers send the whole as an object. */
      arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
    })
    .nullish(),
});

export type ToolCallDelta = z.infer<typeof toolCallDelta>;

interface OpenCall {
  readonly index: number | null;
  id: string;
  name: string;
  arguments: string;
}

/**
 * Puts the tool calls of one answer together. Compatible servers leave out the index or the id, give every call the
 * index 0, or send a call whole; each is told from the next by whatever it has.
 */
export class ToolCallAssembly {
  #calls: OpenCall[] = [];

  add(delta: ToolCallDelta): void {
    const call = this.#callOf(delta);
    const { name, arguments: args } = delta.function ?? {};
    call.id ||= delta.id ?? '';
    call.name ||= name ?? '';
    call.arguments += typeof args === 'object' && args !== null ? JSON.stringify(args) : (args ?? '');
  }

  /** The calls in their order, and none afterwards. A call without arguments has `{}`; one without an id gets one. */
  take(): readonly ToolCall[] {
    const calls = this.#calls.map(({ id, name, arguments: args }) => ({
      id: id || `call_${randomUUID()}`,
      name,
      arguments: args.trim() || '{}',
    }));
    this.#calls = [];
    return calls;
  }

  #callOf(delta: ToolCallDelta): OpenCall {
    const index = delta.index ?? null;
    const open = index === null ? this.#calls.at(-1) : this.#calls.findLast((call) => call.index === index);
    if (open !== undefined && !isAnother(open, delta)) return open;
    const call: OpenCall = { index, id: '', name: '', arguments: '' };
    this.#calls.push(call);
    return call;
  }
}

const isAnother = (open: OpenCall, { index, id, function: fn }: ToolCallDelta): boolean => {
  if (id && open.id) return id !== open.id;
  const hasIndex = typeof index === 'number';
  return !hasIndex && Boolean(fn?.name) && open.name !== '';
};
