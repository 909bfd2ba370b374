import type { CallState } from '../domain/call/state.js';
import type { Resumed } from './turn-taking/input.js';

/**
 * What the worker before left: `state` is as it was before this media stream. `null`: nobody had said a word yet, so the
 * call begins with the greeting.
 */
export const resumedFrom = (state: CallState): Resumed | null => {
  const { phase, greeting, turn, openTurn, agentCutOff, history, transfers, transferFailed } = state;
  const hasBegun = greeting !== 'none' || turn > 0 || transfers.length > 0;
  if (phase !== 'answered' || !hasBegun) return null;
  const unanswered = openTurn !== null && !openTurn.agentStarted;
  const toolCallIds = history.flatMap((entry) => (entry.role === 'tool_call' ? entry.toolCallId : []));
  return {
    turn,
    unanswered,
    agentCutOff,
    toolCallIds,
    ...(transfers.length > 0 && { transfers: transfers.length, transferFailed }),
  };
};
