import { uncommittedText } from './caller.js';
import { commitTurn } from './commit-turn.js';
import { hasFinalOfEnd, isWhole } from './detectors.js';
import { evaluateTurn, isVoiced } from './end-of-turn.js';
import { isWanted } from './handover.js';
import { resumeAgent } from './interruption.js';
import { stagesOf } from './latency.js';
import { policy } from './policy.js';
import { cutReply, startReply } from './replies.js';
import { holds } from './rules.js';
import { resetSilence } from './silence.js';
import { runsSideEffect } from './tool-time.js';
import type { Transition } from './transition.js';

/** Ends a collection, as on every telephone menu. */
const TERMINATOR = '#';

/** A key was pressed: digits are collected until `#`, or until no more come. The agent goes on talking meanwhile. */
export const onKey = (t: Transition, digit: string): void => {
  if (t.state.phase === 'draining') return;
  const isTone = forgetKeyTone(t);
  t.patch({ lastKeyAtMs: t.nowMs });
  resetSilence(t);
  const { keys } = t.state;
  if (digit === TERMINATOR && keys) return commitKeys(t);
  t.patch({ keys: { digits: `${keys?.digits ?? ''}${digit}`, startedAtMs: keys?.startedAtMs ?? t.nowMs } });
  t.setDeadline('keys', t.nowMs + policy.keyPauseMs);
  evaluateTurn(t);
  if (isTone) letGoOn(t);
};

/** The key's tone began before its message came, and looked like voice. `true`: it did. */
const forgetKeyTone = (t: Transition): boolean => {
  const { voiced, onsetAtMs } = t.caller;
  if (!voiced || onsetAtMs === null || onsetAtMs < t.nowMs - policy.keyToneBeforeMs) return false;
  t.patchCaller({
    voiced: false,
    ...(uncommittedText(t.caller) === '' ? { startedAtMs: null, signalAtMs: null } : {}),
  });
  t.clearDeadlines('hold', 'degraded');
  return true;
};

/** A tone that was all there was to hear has held the agent. */
const letGoOn = (t: Transition): void => {
  const isAll = uncommittedText(t.caller) === '';
  if (isAll && holds(t.state.settings, 'tonesHoldNobody')) resumeAgent(t, { isFalseAlarm: false });
};

/** The digits are a turn of the caller's, and are answered like one. */
export const commitKeys = (t: Transition): void => {
  if (!t.state.keys) return;
  if (runsSideEffect(t.state)) return awaitTool(t);
  const { reply } = t.state;
  if (reply && isWanted(reply)) return t.setDeadline('keys', t.nowMs + policy.keyPauseMs);
  cutReply(t, 'caller_keys');
  if (awaitsWordsBefore(t)) return;
  commitWordsBefore(t);
  recordKeys(t);
  t.patch({ askedToRepeat: false });
  const goesOn = uncommittedText(t.caller) !== '' && holds(t.state.settings, 'keysAndWordsAreAnsweredOnce');
  if (goesOn) return answerWithWords(t);
  startReply(t, {
    kind: 'answer',
    turn: t.state.turn,
    stages: stagesOf({ lastVoiceAtMs: null, finalAtMs: null, dueAtMs: t.nowMs, committedAtMs: t.nowMs }),
  });
};

/** What is being said is answered with the keys; should it prove to be nothing, the keys are. */
const answerWithWords = (t: Transition): void => {
  const { settings, turn } = t.state;
  if (holds(settings, 'owedAnswersComeFirst')) t.patch({ owed: { turn, text: null, ends: null } });
  evaluateTurn(t);
};

/** Its result, or its deadline, comes back here. */
const awaitTool = (t: Transition): void => {
  const { keys, settings } = t.state;
  if (!keys || !holds(settings, 'waitsAreFilled')) return t.setDeadline('keys', t.nowMs + policy.keyPauseMs);
  t.clearDeadlines('keys');
  t.patch({ keys: { ...keys, isComplete: true } });
};

/** "My number is", and the number: the words are a turn of their own, and have no answer of their own. */
const commitWordsBefore = (t: Transition): void => {
  if (hasWordsBefore(t))
    commitTurn(t, isWhole(t.caller) || hasFinalOfEnd(t.caller) ? 'transcript' : 'timeout');
};

/** Asks once for the final of the words before the keys, unless somebody did. `true`: it may still come in its time. */
const awaitsWordsBefore = (t: Transition): boolean => {
  const { caller, state } = t;
  if (!hasWordsBefore(t) || isWhole(caller)) return false;
  const wasAsked = caller.endedAtMs !== null;
  if (wasAsked && (hasFinalOfEnd(caller) || !holds(state.settings, 'finalsAreAwaitedOnce'))) return false;
  const endedAtMs = caller.endedAtMs ?? t.nowMs;
  const untilMs = endedAtMs + state.settings.finalWithinMs;
  if (untilMs <= t.nowMs) return false;
  if (!caller.awaitsFinal) t.effect({ type: 'finalize' });
  t.patchCaller({ endedAtMs, awaitsFinal: true });
  t.setDeadline('keys', untilMs);
  return true;
};

/** Who is still speaking says more, and is answered then. */
const hasWordsBefore = (t: Transition): boolean => {
  const { settings, keys } = t.state;
  const { startedAtMs, endedAtMs } = t.caller;
  if (!keys || uncommittedText(t.caller) === '' || !holds(settings, 'keysAndWordsAreAnsweredOnce'))
    return false;
  const isOver = !isVoiced(t) || endedAtMs !== null;
  return isOver && (startedAtMs ?? t.nowMs) <= keys.startedAtMs;
};

/** Records the digits so far as the next turn. */
export const recordKeys = (t: Transition): void => {
  const { keys } = t.state;
  if (!keys) return;
  const turn = t.state.turn + 1;
  t.clearDeadlines('keys');
  t.patch({ keys: null, turn });
  t.emit({ type: 'DtmfReceived', data: { turn, digits: keys.digits, atMs: keys.startedAtMs } });
};
