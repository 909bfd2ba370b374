import type { CallState } from '../domain/call/state.js';
import type { Resumed } from './turn-taking/input.js';

/**
 * What the worker before left: `state` is as it was before this media stream. `null`: nobody had said a word yet, so the
 * call begins with the greeting.
 */
export const resumedFrom = (state: CallState): Resumed | null => {
  const { phase, greeting, turn, openTurn, agentCutOff, history } = state;
  if (phase !== 'answered' || (greeting === 'none' && turn === 0)) return null;
  const unanswered = openTurn !== null && !openTurn.agentStarted;
  const toolCallIds = history.flatMap((entry) => (entry.role === 'tool_call' ? entry.toolCallId : []));
  return { turn, unanswered, agentCutOff, toolCallIds };
};
