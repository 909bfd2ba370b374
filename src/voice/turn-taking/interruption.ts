import { hearBackchannel, noteWords } from './caller.js';
import { answerOwedTurn } from './commit-turn.js';
import { echoShare, newWords } from './echo.js';
import { evaluateTurn } from './end-of-turn.js';
import { resumePointMs, wordsBetween } from './heard.js';
import type { Input } from './input.js';
import { type InterruptionPolicy, interruptionPolicies, policy } from './policy.js';
import { afterProgress, cutReply, heardMs } from './replies.js';
import type { Reply } from './state.js';
import type { Transition } from './transition.js';
import { wordListsOf, wordsOf } from './words.js';

type Transcript = Extract<Input, { type: 'transcript' }>;

const interruptionPolicy = ({ state: { settings } }: Transition): InterruptionPolicy =>
  interruptionPolicies[settings.interruptionSensitivity];

/** The agent cuts in on the caller: what goes on meanwhile doesn't stop it. */
export const isCuttingIn = (t: Transition, reply: Reply): boolean => {
  const [opening] = reply.chunks;
  return reply.cutsIn && (!opening?.done || heardMs(t, reply) < opening.ms);
};

/** Voice alone may stop the agent, unless it proved to be noise, or may be the agent's own echo. */
export const allowHold = (t: Transition): void => {
  const { reply, phase, falseHolds } = t.state;
  const { voiced, onsetAtMs, degraded } = t.caller;
  if (phase !== 'speaking' || !reply || !voiced || degraded || onsetAtMs === null) return;
  const { holdAfterMs } = interruptionPolicy(t);
  if (holdAfterMs === null || isCuttingIn(t, reply)) return;
  if (reply.resumes > 0 || falseHolds >= policy.falseHoldsPerCall) return;
  const guardedUntilMs = (reply.firstSentAtMs ?? t.nowMs) + policy.echoGuardMs;
  if (onsetAtMs < guardedUntilMs) return;
  t.setDeadline('hold', onsetAtMs + holdAfterMs);
};

/** Stops the agent for the time being. The model and the synthesis go on, and nothing is recorded. */
export const holdAgent = (t: Transition): void => {
  const { reply, phase } = t.state;
  if (!reply || phase !== 'speaking') return;
  const generation = t.state.generation + 1;
  t.effect({ type: 'clear' });
  t.clearDeadlines('marks');
  const { onsetAtMs } = t.caller;
  const holdTookMs = onsetAtMs === null ? null : t.nowMs - onsetAtMs;
  t.patchReply(reply, { generation, heldAtMs: heardMs(t, reply), holdTookMs });
  t.patch({ phase: 'held', generation });
  t.setDeadline('resume', t.nowMs + policy.resumeAfterMs);
};

/** It was nothing: the agent goes on at the word that was cut. */
export const resumeAgent = (t: Transition): void => {
  const { reply, phase } = t.state;
  if (!reply || phase !== 'held' || reply.heldAtMs === null) return;
  const generation = t.state.generation + 1;
  const fromMs = resumePointMs(reply.chunks, reply.heldAtMs, policy.resumeBackMs);
  t.effect({ type: 'play', reply: reply.id, generation, fromMs });
  t.clearDeadlines('resume');
  const resumed = t.patchReply(reply, {
    generation,
    sentMs: fromMs,
    playedMs: fromMs,
    playedAtMs: null,
    echoed: false,
    heldAtMs: null,
    holdTookMs: null,
    resumes: reply.resumes + 1,
  });
  t.patch({ phase: 'speaking', generation, falseHolds: t.state.falseHolds + 1 });
  // There may be nothing left to say.
  afterProgress(t, resumed);
};

/** Words while the agent talks: its own echo, a "mhm", or an interruption. */
export const hearWhileTalking = (t: Transition, transcript: Transcript): void => {
  const { reply } = t.state;
  if (!reply) return;
  if (isCuttingIn(t, reply)) return noteWords(t, transcript);
  const words = wordsOf(transcript.text);
  const { always, never } = wordListsOf(t.state.settings.language);
  const played = recentlyPlayed(t, reply);
  const agentsOwn = new Set(wordsOf(played));
  const stopsAtOnce = words.some((word) => always.has(word) && !agentsOwn.has(word));
  if (!stopsAtOnce && echoShare(transcript.text, played) >= policy.echoShare)
    return ignoreEcho(t, transcript);
  const meant = words.filter((word) => !never.has(word));
  const needed = interruptionPolicy(t).words;
  const isMeant = needed !== null && (stopsAtOnce || newWords(meant, played) >= needed);
  if (isMeant) return interrupt(t, transcript);
  if (meant.length > 0 || !transcript.final) {
    // Too few words stop nobody; they're answered when the agent is done.
    return noteWords(t, transcript);
  }
  hearBackchannel(t, transcript.text);
  resumeAgent(t);
};

/** The agent's own words are no turn, and stop nobody. */
export const ignoreEcho = (t: Transition, { final }: Transcript): void => {
  t.patch({ echoes: t.state.echoes + 1 });
  t.patchCaller({ endedAtMs: null });
  if (!final) return;
  t.patchCaller({ awaitsFinal: false, finalAtMs: t.nowMs, interim: '' });
  answerOwedTurn(t);
};

const interrupt = (t: Transition, transcript: Transcript): void => {
  cutReply(t, 'caller_speech');
  noteWords(t, transcript);
  evaluateTurn(t);
};

const recentlyPlayed = (t: Transition, reply: Reply): string => {
  const atMs = heardMs(t, reply);
  return wordsBetween(reply.chunks, atMs - policy.echoWindowMs, atMs);
};
