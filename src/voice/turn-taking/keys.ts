import { uncommittedText } from './caller.js';
import { commitTurn } from './commit-turn.js';
import { isWhole } from './detectors.js';
import { evaluateTurn, isVoiced } from './end-of-turn.js';
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
  forgetKeyTone(t);
  t.patch({ lastKeyAtMs: t.nowMs });
  resetSilence(t);
  const { keys } = t.state;
  if (digit === TERMINATOR && keys) return commitKeys(t);
  t.patch({ keys: { digits: `${keys?.digits ?? ''}${digit}`, startedAtMs: keys?.startedAtMs ?? t.nowMs } });
  t.setDeadline('keys', t.nowMs + policy.keyPauseMs);
  evaluateTurn(t);
};

/** The key's tone began before its message came, and looked like voice. */
const forgetKeyTone = (t: Transition): void => {
  const { voiced, onsetAtMs } = t.caller;
  if (!voiced || onsetAtMs === null || onsetAtMs < t.nowMs - policy.keyToneBeforeMs) return;
  t.patchCaller({
    voiced: false,
    ...(uncommittedText(t.caller) === '' ? { startedAtMs: null, signalAtMs: null } : {}),
  });
  t.clearDeadlines('hold', 'degraded');
};

/** The digits are a turn of the caller's, and are answered like one. */
export const commitKeys = (t: Transition): void => {
  if (!t.state.keys) return;
  if (runsSideEffect(t.state)) return t.setDeadline('keys', t.nowMs + policy.keyPauseMs);
  cutReply(t, 'caller_keys');
  commitWordsBefore(t, t.state.keys.startedAtMs);
  recordKeys(t);
  t.patch({ askedToRepeat: false });
  const goesOn = uncommittedText(t.caller) !== '' && holds(t.state.settings, 'keysAndWordsAreAnsweredOnce');
  if (goesOn) return evaluateTurn(t);
  startReply(t, {
    kind: 'answer',
    turn: t.state.turn,
    stages: stagesOf({ lastVoiceAtMs: null, finalAtMs: null, dueAtMs: t.nowMs, committedAtMs: t.nowMs }),
  });
};

/** "My number is", and the number: the words are a turn of their own, and have no answer of their own. */
const commitWordsBefore = (t: Transition, keysAtMs: number): void => {
  if (!holds(t.state.settings, 'keysAndWordsAreAnsweredOnce')) return;
  const { caller } = t;
  const isBefore = (caller.startedAtMs ?? t.nowMs) <= keysAtMs;
  if (!isBefore || isVoiced(t) || uncommittedText(caller) === '') return;
  commitTurn(t, isWhole(caller) ? 'transcript' : 'timeout');
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
