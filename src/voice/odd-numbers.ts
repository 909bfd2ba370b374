import type { Usage } from '../providers/language-model.js';

/*
 * What providers count and estimate is theirs, and not all keep to it: the ledger refuses an event with an odd number,
 * and a call mustn't end by one.
 */

/** From 0 to 1; `null`: it's no number. */
export const confidenceOf = (value: number | null): number | null =>
  value === null || Number.isNaN(value) ? null : Math.min(1, Math.max(0, value));

/** Whole tokens; `null`: they aren't counted. */
export const usageOf = (usage: Usage | null): Usage | null => {
  if (!usage) return null;
  const { inputTokens, outputTokens } = usage;
  if (!isCount(inputTokens) || !isCount(outputTokens)) return null;
  return { inputTokens, outputTokens };
};

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
