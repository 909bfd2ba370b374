import { type LearnedDelay, policy } from './policy.js';
import { holds } from './rules.js';
import {
  asksForCount,
  endsInDigits,
  type Finish,
  finishOf,
  isClosedQuestion,
  isShortAnswer,
} from './words.js';

export interface Endpoint {
  /** The version of the conversation's rules. */
  readonly rules: number;
  readonly language: string;
  /** The agent's last sentence, as heard. */
  readonly asked: string;
  /** How long this caller pauses within a turn. */
  readonly pauseEmaMs: number;
}

const delays: Readonly<Record<Finish, LearnedDelay>> = {
  complete: policy.completeDelay,
  uncertain: policy.uncertainDelay,
  trailing: policy.trailingDelay,
};

/** How long after the caller's last sound these words count as finished, in ms. */
export const endpointDelayMs = (text: string, endpoint: Endpoint): number => {
  const { language, asked, pauseEmaMs } = endpoint;
  const finish = finishOf(text, endpoint);
  if (mayBeFirstDigits(text, endpoint)) {
    return learned(delays[finish === 'complete' ? 'uncertain' : finish], pauseEmaMs);
  }
  return isShortAnswer(text, language) && isClosedQuestion(asked, language)
    ? policy.shortAnswerDelayMs
    : learned(delays[finish], pauseEmaMs);
};

/** Callers pause between the groups of a number, and recognizers put a full stop there. */
const mayBeFirstDigits = (text: string, { rules, language, asked }: Endpoint): boolean =>
  holds({ rules }, 'numbersMayGoOn') && endsInDigits(text, language) && !asksForCount(asked, language);

/** Who pauses for longer is waited for longer, within limits. */
const learned = ({ usualMs, minMs, maxMs }: LearnedDelay, pauseEmaMs: number): number =>
  Math.round(Math.min(maxMs, Math.max(minMs, (usualMs * pauseEmaMs) / policy.usualPauseMs)));

/** The average with one more pause; a longer silence is no pause. */
export const withPause = (pauseEmaMs: number, pauseMs: number): number => {
  const { pauseEmaWeight, longestPauseMs } = policy;
  if (pauseMs <= 0 || pauseMs > longestPauseMs) return pauseEmaMs;
  return pauseEmaWeight * pauseEmaMs + (1 - pauseEmaWeight) * pauseMs;
};
