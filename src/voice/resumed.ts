import type { CallState } from '../domain/call/state.js';
import type { Resumed } from './turn-taking/input.js';

/**
 * What the worker before left: `state` is as it was before this media stream. `null`: nobody had said a word yet, so the
 * call begins with the greeting.
 */
export const resumedFrom = ({ phase, greeting, turn, openTurn, agentCutOff }: CallState): Resumed | null =>
  phase === 'answered' && (greeting !== 'none' || turn > 0)
    ? { turn, unanswered: openTurn !== null && !openTurn.agentStarted, agentCutOff }
    : null;
