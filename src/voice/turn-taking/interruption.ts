import { meantWords, stopsAgent } from './backchannels.js';
import { hearBackchannel, noteWords, uncommittedText } from './caller.js';
import { answerOwedTurn } from './commit-turn.js';
import { echoShare, mayAnswer, newWords } from './echo.js';
import { evaluateTurn, isVoiced } from './end-of-turn.js';
import { giveWay, mustGiveWay } from './giving-way.js';
import { isWanted } from './handover.js';
import { resumePointMs, wordsBetween } from './heard.js';
import { isImpatient } from './impatience.js';
import type { Input } from './input.js';
import { type InterruptionPolicy, interruptionPolicies, policy } from './policy.js';
import { afterProgress, cutReply, heardMs } from './replies.js';
import { holds } from './rules.js';
import type { Reply } from './state.js';
import { unheardMsOf } from './tool-time.js';
import type { Transition } from './transition.js';
import { watchVoice } from './voicing.js';
import { wordsOf } from './words.js';

type Transcript = Extract<Input, { type: 'transcript' }>;

const interruptionPolicy = ({ state: { settings } }: Transition): InterruptionPolicy =>
  interruptionPolicies[settings.interruptionSensitivity];

/** The agent cuts in on the caller, or does what an operator wants: what goes on meanwhile doesn't stop it. */
export const isUnstoppable = (t: Transition, reply: Reply): boolean => {
  if (isWanted(reply)) return true;
  const [opening] = reply.chunks;
  return reply.cutsIn && (!opening?.done || heardMs(t, reply) < opening.ms);
};

/** Voice alone may stop the agent, unless it proved to be noise, or may be the agent's own echo. */
export const allowHold = (t: Transition): void => {
  const { reply, phase, falseHolds } = t.state;
  const { voiced, onsetAtMs, degraded } = t.caller;
  if (phase !== 'speaking' || !reply || !voiced || degraded || onsetAtMs === null) return;
  const { holdAfterMs } = interruptionPolicy(t);
  if (holdAfterMs === null || isUnstoppable(t, reply)) return;
  if (reply.resumes > 0 || falseHolds >= policy.falseHoldsPerCall) return;
  const isSilenceKnown = holds(t.state.settings, 'silenceIsNotHeld');
  const playsSinceMs = (isSilenceKnown ? reply.talksSinceMs : reply.firstSentAtMs) ?? t.nowMs;
  if (!holds(t.state.settings, 'echoIsLearnedOnce')) {
    if (onsetAtMs >= playsSinceMs + policy.echoGuardMs) t.setDeadline('hold', onsetAtMs + holdAfterMs);
    return;
  }
  const guardedUntilMs = (t.state.firstSpokeAtMs ?? t.nowMs) + policy.echoGuardMs;
  t.setDeadline('hold', Math.max(onsetAtMs + holdAfterMs, playsSinceMs + holdAfterMs, guardedUntilMs));
};

/**
 * Stops the agent for the time being. The model and the synthesis go on, and nothing is recorded. Voice that isn't heard
 * just now may be over: should it go on, that's asked again.
 */
export const holdAgent = (t: Transition): void => {
  const { reply, phase } = t.state;
  if (!reply || phase !== 'speaking' || t.caller.paused) return;
  // Should voice go on when the agent does, that's asked again.
  const isSilent = !reply.composed && heardMs(t, reply) >= reply.sentMs;
  if (isSilent && holds(t.state.settings, 'silenceIsNotHeld')) return;
  const generation = t.state.generation + 1;
  t.effect({ type: 'clear' });
  t.clearDeadlines('marks');
  const { onsetAtMs } = t.caller;
  const holdTookMs = onsetAtMs === null ? null : t.nowMs - onsetAtMs;
  t.patchReply(reply, { generation, heldAtMs: heardMs(t, reply), holdTookMs });
  t.patch({ phase: 'held', generation });
  t.setDeadline('resume', t.nowMs + policy.resumeAfterMs);
};

/** For so long nothing was said. A caller who still speaks may not have been understood yet. */
export const onResumeDue = (t: Transition): void => {
  const { onsetAtMs } = t.caller;
  const mayStillCome = waitsForVoiceToEnd(t) && isVoiced(t) && onsetAtMs !== null;
  const untilMs = mayStillCome ? onsetAtMs + policy.heldAtMostMs : t.nowMs;
  if (untilMs > t.nowMs) return t.setDeadline('resume', untilMs);
  resumeAgent(t);
};

/** Words come only once voice has stopped. */
const waitsForVoiceToEnd = ({ state: { settings } }: Transition): boolean =>
  holds(settings, 'holdsWaitForWords') && !settings.interims;

/** Voice has stopped: what was said is about to be known. */
export const awaitWords = (t: Transition): void => {
  if (t.state.phase !== 'held' || !waitsForVoiceToEnd(t)) return;
  t.setDeadline('resume', t.nowMs + Math.max(policy.resumeAfterMs, t.state.settings.finalWithinMs));
};

/** It was nothing: the agent goes on at the word that was cut. `isFalseAlarm`: of voice activity's, which is believed less then. */
export const resumeAgent = (t: Transition, { isFalseAlarm = true } = {}): void => {
  const { reply, phase } = t.state;
  if (!reply || phase !== 'held' || reply.heldAtMs === null) return;
  const generation = t.state.generation + 1;
  const falseAlarms = isFalseAlarm ? 1 : 0;
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
    resumes: reply.resumes + falseAlarms,
  });
  t.patch({ phase: 'speaking', generation, falseHolds: t.state.falseHolds + falseAlarms });
  // There may be nothing left to say.
  afterProgress(t, resumed);
};

/** Words while the agent talks: its own echo, a "mhm", or an interruption. */
export const hearWhileTalking = (t: Transition, transcript: Transcript): void => {
  const { reply } = t.state;
  if (!reply) return;
  if (isUnstoppable(t, reply)) return noteWords(t, transcript);
  const words = wordsOf(transcript.text);
  const { settings } = t.state;
  const played = recentlyPlayed(t, reply);
  const agentsOwn = new Set(wordsOf(played));
  const stopsAtOnce = words.some((word) => stopsAgent(word, settings) && !agentsOwn.has(word));
  if (!stopsAtOnce && echoShare(transcript.text, played, settings) >= policy.echoShare)
    return transcript.final && mayAnswer(t, transcript.text, unheardMsOf(t, reply))
      ? noteWords(t, transcript)
      : dropEcho(t, transcript);
  const meant = isImpatient(t, transcript) ? [] : meantWords(transcript.text, transcript.final, settings);
  const needed = interruptionPolicy(t).words;
  const isMeant = needed !== null && (stopsAtOnce || newWords(meant, played, settings) >= needed);
  if (isMeant) return interrupt(t, reply, transcript);
  if (meant.length > 0 || !transcript.final) return hearTooFew(t, transcript, meant);
  hearBackchannel(t, transcript.text);
  resumeAgent(t);
};

/** Too few words stop nobody; they're answered when the agent is done, but for what may become a "mhm". */
const hearTooFew = (t: Transition, transcript: Transcript, meant: readonly string[]): void => {
  const { settings, phase } = t.state;
  if (meant.length === 0 && holds(settings, 'lateBackchannels')) return watchVoice(t);
  if (phase === 'held' && holds(settings, 'holdsWaitForWords'))
    t.setDeadline('resume', t.nowMs + policy.resumeAfterMs);
  noteWords(t, transcript);
};

/** What held the agent was nothing, and there is nothing more of it to come. */
const dropEcho = (t: Transition, transcript: Transcript): void => {
  ignoreEcho(t, transcript);
  const isAll = transcript.final && !isVoiced(t) && uncommittedText(t.caller) === '';
  if (isAll && holds(t.state.settings, 'echoHoldsNoLonger')) resumeAgent(t);
};

/** The agent's own words are no turn, and stop nobody. */
export const ignoreEcho = (t: Transition, { final }: Transcript): void => {
  t.patch({ echoes: t.state.echoes + 1 });
  t.patchCaller({ endedAtMs: null });
  if (!final) return;
  t.patchCaller({ awaitsFinal: false, finalAtMs: t.nowMs, interim: '' });
  answerOwedTurn(t);
};

const interrupt = (t: Transition, reply: Reply, transcript: Transcript): void => {
  if (mustGiveWay(t, reply)) {
    giveWay(t, reply);
    return noteWords(t, transcript);
  }
  cutReply(t, 'caller_speech');
  noteWords(t, transcript);
  evaluateTurn(t);
};

const recentlyPlayed = (t: Transition, reply: Reply): string => {
  const atMs = heardMs(t, reply);
  return wordsBetween(reply.chunks, atMs - policy.echoWindowMs, atMs);
};
