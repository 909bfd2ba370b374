import { uncommittedText } from './caller.js';
import { answerOwedTurn } from './commit-turn.js';
import { isVoiced } from './end-of-turn.js';
import { breakSilence } from './prompts.js';
import { holds } from './rules.js';
import type { Transition } from './transition.js';

/** A caller in the middle of something isn't silent: look again soon. */
const LOOK_AGAIN_MS = 1_000;

/** Who was asked whether they are there has so long to answer: at most, and half of the whole time at least. */
const ANSWER_WITHIN_MS = 5_000;

/**
 * The ladder begins when the agent is done: half-way the agent asks, at the end it says goodbye. Asking takes time, too: with
 * a short timeout there would be none left to answer in.
 */
export const armSilence = (t: Transition): void => {
  const { settings, silence } = t.state;
  const ladder = silence ?? { sinceMs: t.nowMs, rung: 0 };
  t.patch({ silence: ladder });
  const halfMs = Math.round(settings.silenceTimeoutMs * 0.5);
  if (ladder.rung === 0) return t.setDeadline('silence', ladder.sinceMs + halfMs);
  const isGranted = holds(settings, 'askedHaveTimeToAnswer');
  const answeredByMs = isGranted ? t.nowMs + Math.min(halfMs, ANSWER_WITHIN_MS) : 0;
  t.setDeadline('silence', Math.max(ladder.sinceMs + settings.silenceTimeoutMs, answeredByMs));
};

/** A key or a turn: the caller is there. Voice alone isn't, it may be the street. */
export const resetSilence = (t: Transition): void => {
  t.patch({ silence: { sinceMs: t.nowMs, rung: 0 } });
  if (t.state.deadlines.silence !== undefined) armSilence(t);
};

/** On the same rung: so far nobody could have said a word. */
export const beginSilenceAnew = (t: Transition): void => {
  const { silence } = t.state;
  if (!silence) return;
  t.patch({ silence: { ...silence, sinceMs: t.nowMs } });
  armSilence(t);
};

export const onSilence = (t: Transition): void => {
  const { silence, phase, keys, tools, stalled } = t.state;
  if (!silence || phase !== 'listening') return;
  if (uncommittedText(t.caller) !== '' || isVoiced(t) || keys) {
    return t.setDeadline('silence', t.nowMs + LOOK_AGAIN_MS);
  }
  // Nobody can say a word on a line that hangs, and the agent owes one while a tool runs.
  if (stalled || tools.some(({ returned }) => !returned)) {
    return beginSilenceAnew(t);
  }
  if (holds(t.state.settings, 'owedAnswersComeFirst') && answerOwedTurn(t)) return;
  const isLast = silence.rung === 1;
  const text = isLast ? t.phrases.silenceGoodbye : t.phrases.stillThere;
  const rung = isLast ? 2 : 1;
  t.patch({ silence: { ...silence, rung } });
  breakSilence(t, rung, text, isLast ? { reason: 'silence', by: 'platform' } : undefined);
};
