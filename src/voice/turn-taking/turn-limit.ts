import { uncommittedText } from './caller.js';
import { endTurnNow } from './detectors.js';
import { isVoiced } from './end-of-turn.js';
import type { Transition } from './transition.js';

/** A caller who talks for longer than the agent's limit is cut in on. What was said over the agent doesn't count. */
export const watchTurnLimit = (t: Transition): void => {
  const { settings, said } = t.state;
  const { startedAtMs, cutIn } = t.caller;
  if (settings.callerTurnLimitMs === null || startedAtMs === null || cutIn) return t.clearDeadlines('limit');
  const sinceMs = Math.max(startedAtMs, said?.atMs ?? 0);
  t.setDeadline('limit', Math.max(t.nowMs, sinceMs + settings.callerTurnLimitMs));
};

/** Politely, and with an answer to what was said so far. */
export const onTurnLimit = (t: Transition): void => {
  if (t.state.phase !== 'listening' || (uncommittedText(t.caller) === '' && !isVoiced(t))) return;
  t.patchCaller({ cutIn: true });
  endTurnNow(t);
};
