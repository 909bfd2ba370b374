import type { ToolCall } from '../../providers/language-model.js';
import { holds } from './rules.js';
import type { Transition } from './transition.js';

/**
 * The call under an id that no other one of the whole call has; `null`: this answer called it already. Some servers say a
 * call twice, and some number the calls of each answer anew.
 */
export const newToolCall = (t: Transition, model: string, call: ToolCall): ToolCall | null => {
  const { settings, tools, earlierToolCallIds } = t.state;
  const isKnown = tools.some(({ id }) => id === call.id);
  if (!holds(settings, 'toolCallsAreOfAnswers')) return isKnown ? null : call;
  const id = idWithAnswer(call.id, model);
  if (tools.some((run) => run.model === model && (run.id === call.id || run.id === id))) return null;
  return isKnown || earlierToolCallIds.includes(call.id) ? { ...call, id } : call;
};

/** Every provider takes letters, digits, `_` and `-`: a fallback may be told of this call, too. */
const idWithAnswer = (id: string, model: string): string => `${id}-${model.replaceAll('.', '-')}`;
