import type { Caller } from './caller-state.js';
import { policy } from './policy.js';
import { holds } from './rules.js';
import type { ConversationSettings } from './state.js';
import type { Transition } from './transition.js';
import { comparable, countComparable, wordsOf } from './words.js';

/** The length of the longest common subsequence: how many words of `heard` stand in `played`, in order. */
const inOrder = (heard: readonly string[], played: readonly string[]): number => {
  let row = new Array<number>(played.length + 1).fill(0);
  for (const word of heard) {
    const next = [0];
    for (const [at, other] of played.entries()) {
      const best = word === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0);
      next.push(best);
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};

type Rules = Pick<ConversationSettings, 'rules'>;

const partsOf = (words: readonly string[], rules: Rules): readonly string[] =>
  holds(rules, 'charactersAreWords') ? comparable(words) : words;

/** How many words, where nothing may separate them. */
const count = (words: readonly string[], rules: Rules): number =>
  holds(rules, 'charactersAreWords') ? countComparable(comparable(words)) : words.length;

/** How many of these words the agent did not just say, in this order. */
export const newWords = (words: readonly string[], played: string, rules: Rules): number => {
  const parts = partsOf(words, rules);
  const fresh = parts.length - inOrder(parts, partsOf(wordsOf(played), rules));
  return fresh === 0 ? 0 : (fresh * count(words, rules)) / parts.length;
};

/** How many of these words stand, in order, in others: 0 to 1. */
export const shareOf = (words: readonly string[], others: readonly string[]): number =>
  words.length === 0 ? 0 : inOrder(words, others) / words.length;

/** How much of a transcript the agent just said: 0 to 1. */
export const echoShare = (transcript: string, played: string, rules: Rules): number =>
  shareOf(partsOf(wordsOf(transcript), rules), partsOf(wordsOf(played), rules));

/** No echo lasts for so long. */
const outlasts = (
  { voiced, paused, degraded, lastVoiceAtMs }: Caller,
  untilMs: number,
  { state: { settings }, nowMs }: Pick<Transition, 'state' | 'nowMs'>,
): boolean => {
  if (degraded || !holds(settings, 'answersMayRepeat')) return false;
  return voiced && !paused ? nowMs > untilMs : (lastVoiceAtMs ?? 0) > untilMs;
};

/**
 * A word or two of the agent's own, said with a voice of its own beside the last ones: "Monday or Tuesday, please?"
 * "Tuesday." While the agent goes on they're its echo, since nobody answers then.
 */
export const mayAnswer = ({ state, caller, nowMs }: Transition, text: string, unheardMs: number): boolean => {
  const { reply, settings, firstSpokeAtMs } = state;
  const { onsetAtMs, degraded } = caller;
  if (!reply?.composed || !reply.chunks.every(({ done }) => done) || !holds(settings, 'answersMayRepeat'))
    return false;
  const isVoice =
    !degraded &&
    onsetAtMs !== null &&
    onsetAtMs >= (firstSpokeAtMs ?? nowMs) + policy.echoGuardMs &&
    onsetAtMs >= nowMs - policy.lateAnswerMs;
  return isVoice && unheardMs <= policy.lateAnswerMs && count(wordsOf(text), settings) < policy.lateEchoWords;
};

/**
 * The end of what the agent said, which comes back once the agent is silent. An answer may have the agent's words, too
 * ("Monday or Tuesday?" "Tuesday."): what was begun after the agent's end, and a word or two, is the caller's.
 */
export const isLateEcho = ({ state, caller, nowMs }: Transition, text: string): boolean => {
  const { said, phase } = state;
  if (!said || phase === 'speaking' || phase === 'held') return false;
  const beganLater = caller.onsetAtMs !== null && caller.onsetAtMs >= said.atMs;
  if (
    beganLater ||
    outlasts(caller, said.atMs + policy.echoTailMs, { state, nowMs }) ||
    nowMs > said.atMs + policy.echoWindowMs
  )
    return false;
  const { settings } = state;
  return (
    count(wordsOf(text), settings) >= policy.lateEchoWords &&
    echoShare(text, said.recent, settings) >= policy.echoShare
  );
};
