import type { CallEvent } from '../domain/call/events.js';
import type { CallState } from '../domain/call/state.js';
import { pendingTransfer } from '../domain/call/transfers.js';
import type { Resumed } from './turn-taking/input.js';

/**
 * What the worker before left: `state` is as it was before this media stream. `null`: nobody had said a word yet, so the
 * call begins with the greeting.
 */
export const resumedFrom = (state: CallState): Resumed | null => {
  const { phase, greeting, turn, openTurn, agentCutOff, history, transfers, transferFailed } = state;
  const { recordingConsentHeard } = state;
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
    ...(!recordingConsentHeard && { consentUnheard: true }),
  };
};

/** What somebody wants of the call that no worker has done yet: as events, the newest wish last. */
export const wishesIn = (state: CallState): readonly CallEvent[] => {
  const pending = pendingTransfer(state);
  const wishes: CallEvent[] = [];
  if (pending) {
    const { transfer, to, by, requestedAtMs: atMs } = pending;
    wishes.push({ type: 'TransferRequested', data: { transfer, to, by, atMs } });
  }
  const { endRequestedAtMs: atMs } = state;
  if (atMs !== null) wishes.push({ type: 'CallEndRequested', data: { atMs } });
  return wishes;
};
