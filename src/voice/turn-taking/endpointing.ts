import { policy } from './policy.js';
import { isSentence, isShortAnswer, trailsOff } from './words.js';

/** How long after the caller's last sound these words count as finished, in ms. */
export const endpointDelayMs = (text: string, language: string): number => {
  if (isShortAnswer(text, language)) return policy.shortAnswerDelayMs;
  if (trailsOff(text, language)) return policy.trailingDelayMs;
  return isSentence(text) ? policy.completeDelayMs : policy.uncertainDelayMs;
};
