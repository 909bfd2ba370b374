import { resetCaller, uncommittedText } from './caller.js';
import { answerOwedTurn, answerTurn, commitTurn, sayAsAnswer } from './commit-turn.js';
import { endTurnNow, hasFinalOfEnd, isUnasked, isWhole, turnDueAtMs } from './detectors.js';
import { onDrained } from './ending.js';
import { openText } from './open-interims.js';
import { policy } from './policy.js';
import { grantedDelayMs, holds } from './rules.js';
import { armSilence } from './silence.js';
import { runsSideEffect } from './tool-time.js';
import type { Transition } from './transition.js';
import { watchTurnLimit } from './turn-limit.js';

/** Whether voice activity says that the caller speaks; it says nothing any more once it's degraded. */
export const isVoiced = ({ caller: { voiced, degraded } }: Transition): boolean => voiced && !degraded;

/** The caller is pressing keys: what was said is answered with them. */
const waitsForKeys = ({ keys, settings }: Transition['state']): boolean =>
  keys !== null && holds(settings, 'keysAndWordsAreAnsweredOnce');

/** When the caller's turn ends, by what is known now. */
export const evaluateTurn = (t: Transition): void => {
  const { phase } = t.state;
  if (phase === 'draining') {
    if (!t.caller.awaitsFinal && t.state.deadlines.drain !== undefined) onDrained(t);
    return;
  }
  if (phase !== 'listening') return;
  t.clearDeadlines('turn', 'force');
  watchTurnLimit(t);
  const { signalAtMs, endedAtMs } = t.caller;
  // The tool's result, or its deadline, comes back here; and so do the keys.
  if (signalAtMs === null || runsSideEffect(t.state) || waitsForKeys(t.state)) return;
  const forceAfterMs = policy.forceAfterMs + grantedDelayMs(t.state.settings);
  if (!isVoiced(t)) t.setDeadline('force', Math.max(signalAtMs, endedAtMs ?? 0) + forceAfterMs);
  const dueAtMs = uncommittedText(t.caller) === '' ? null : turnDueAtMs(t);
  if (dueAtMs !== null) t.setDeadline('turn', dueAtMs);
};

export const onTurnDue = (t: Transition): void => {
  if (isUnasked(t.caller)) return endTurnNow(t);
  const dueAtMs = turnDueAtMs(t) ?? t.nowMs;
  if (t.caller.cutIn) return answerTurn(t, 'forced', { dueAtMs, cutIn: t.phrases.cutIn });
  answerTurn(t, isWhole(t.caller) || hasFinalOfEnd(t.caller) ? 'transcript' : 'timeout', { dueAtMs });
};

/** Nobody has asked for the final: it would come with the next turn's, or in the middle of it. */
const isLeftOpen = ({ caller, state }: Transition): boolean => {
  const isAsked = caller.awaitsFinal || caller.endedAtMs !== null || state.providerDecides;
  return openText(caller) !== '' && !isAsked && holds(state.settings, 'forcedFinalsAreAsked');
};

/** The safety net. Voice without a word: the agent asks once, then the silence ladder has it. */
export const onForceTurn = (t: Transition): void => {
  const { stalled, settings } = t.state;
  if (stalled && holds(settings, 'stallsAreNoSilence'))
    return t.setDeadline('force', t.nowMs + policy.forceAfterMs);
  if (isLeftOpen(t)) return endTurnNow(t);
  if (uncommittedText(t.caller) !== '') return answerTurn(t, 'forced', { dueAtMs: t.nowMs });
  if (answerOwedTurn(t)) return;
  if (t.state.askedToRepeat) {
    resetCaller(t);
    return armSilence(t);
  }
  const turn = commitTurn(t, 'forced');
  t.patch({ askedToRepeat: true });
  sayAsAnswer(t, turn, t.phrases.notUnderstood);
};
