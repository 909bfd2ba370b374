import { type LearnedDelay, policy } from './policy.js';
import { isClosedQuestion, isSentence, isShortAnswer, trailsOff } from './words.js';

export interface Endpoint {
  readonly language: string;
  /** The agent's last sentence, as heard. */
  readonly asked: string;
  /** How long this caller pauses within a turn. */
  readonly pauseEmaMs: number;
}

/** How long after the caller's last sound these words count as finished, in ms. */
export const endpointDelayMs = (text: string, { language, asked, pauseEmaMs }: Endpoint): number => {
  if (isShortAnswer(text, language) && isClosedQuestion(asked, language)) return policy.shortAnswerDelayMs;
  if (trailsOff(text, language)) return learned(policy.trailingDelay, pauseEmaMs);
  return learned(isSentence(text) ? policy.completeDelay : policy.uncertainDelay, pauseEmaMs);
};

/** Who pauses for longer is waited for longer, within limits. */
const learned = ({ usualMs, minMs, maxMs }: LearnedDelay, pauseEmaMs: number): number =>
  Math.round(Math.min(maxMs, Math.max(minMs, (usualMs * pauseEmaMs) / policy.usualPauseMs)));

/** The average with one more pause; a longer silence is no pause. */
export const withPause = (pauseEmaMs: number, pauseMs: number): number => {
  const { pauseEmaWeight, longestPauseMs } = policy;
  if (pauseMs <= 0 || pauseMs > longestPauseMs) return pauseEmaMs;
  return pauseEmaWeight * pauseEmaMs + (1 - pauseEmaWeight) * pauseMs;
};
