import type { AnswerRequest } from '../language-model.js';

/** OpenAI's, from o1 and GPT-5 on. They answer 400 to any temperature but 1. */
export const isReasoning = (model: string): boolean => /^(o\d|gpt-[5-9])/.test(model);

/**
 * A caller doesn't wait for thoughts, and from 5.4 on function tools work in chat completions only with effort `none`,
 * which GPT-5.1 was the first to know.
 */
export const knowsNoEffort = (model: string): boolean => /^gpt-(5\.|[6-9])/.test(model);

/** These have no chat completions at all. */
export const hasOnlyResponses = (model: string): boolean =>
  /^(o\d|gpt-[5-9][\d.]*)-(pro|codex|deep-research)/.test(model);

/** What of an agent's sampling a model takes. */
export const samplingOf = (model: string, { temperature, topP }: AnswerRequest) =>
  isReasoning(model)
    ? {}
    : { ...(temperature !== null && { temperature }), ...(topP !== null && { top_p: topP }) };
