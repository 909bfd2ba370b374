import { hearBackchannel, noteWords } from './caller.js';
import { echoShare } from './echo.js';
import { evaluateTurn } from './end-of-turn.js';
import { resumePointMs, wordsBetween } from './heard.js';
import type { Input } from './input.js';
import { policy } from './policy.js';
import { afterProgress, cutReply, heardMs } from './replies.js';
import type { Reply } from './state.js';
import type { Transition } from './transition.js';
import { wordListsOf, wordsOf } from './words.js';

type Transcript = Extract<Input, { type: 'transcript' }>;

/** Voice alone may stop the agent, unless it proved to be noise, or may be the agent's own echo. */
export const allowHold = (t: Transition): void => {
  const { reply, phase, falseHolds } = t.state;
  const { voiced, onsetAtMs, degraded } = t.caller;
  if (phase !== 'speaking' || !reply || !voiced || degraded || onsetAtMs === null) return;
  if (reply.resumes > 0 || falseHolds >= policy.falseHoldsPerCall) return;
  const guardedUntilMs = (reply.firstSentAtMs ?? t.nowMs) + policy.echoGuardMs;
  if (onsetAtMs < guardedUntilMs) return;
  t.setDeadline('hold', onsetAtMs + policy.holdAfterMs);
};

/** Stops the agent for the time being. The model and the synthesis go on, and nothing is recorded. */
export const holdAgent = (t: Transition): void => {
  const { reply, phase } = t.state;
  if (!reply || phase !== 'speaking') return;
  const generation = t.state.generation + 1;
  t.effect({ type: 'clear' });
  t.clearDeadlines('marks');
  t.patchReply(reply, { generation, heldAtMs: heardMs(t, reply) });
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
  const words = wordsOf(transcript.text);
  const { always, never } = wordListsOf(t.state.settings.language);
  const played = recentlyPlayed(t, reply);
  const agentsOwn = new Set(wordsOf(played));
  const stopsAtOnce = words.some((word) => always.has(word) && !agentsOwn.has(word));
  if (!stopsAtOnce && echoShare(transcript.text, played) >= policy.echoShare) {
    t.patch({ echoes: t.state.echoes + 1 });
    if (transcript.final) t.patchCaller({ awaitsFinal: false, finalAtMs: t.nowMs, interim: '' });
    return;
  }
  const meant = words.filter((word) => !never.has(word));
  if (stopsAtOnce || meant.length >= policy.interruptWords) return interrupt(t, transcript);
  if (meant.length > 0 || !transcript.final) {
    // One word alone stops nobody; it's answered when the agent is done.
    return noteWords(t, transcript);
  }
  hearBackchannel(t, transcript.text);
  resumeAgent(t);
};

const interrupt = (t: Transition, transcript: Transcript): void => {
  cutReply(t);
  noteWords(t, transcript);
  evaluateTurn(t);
};

const recentlyPlayed = (t: Transition, reply: Reply): string => {
  const atMs = heardMs(t, reply);
  return wordsBetween(reply.chunks, atMs - policy.echoWindowMs, atMs);
};
