import type { CallEvent } from '../../domain/call/events.js';
import { initialState } from '../turn-taking/state.js';
import { step } from '../turn-taking/step.js';
import { parseTrace } from './trace.js';

/** What an input gave, when it was replayed. */
export interface ReplayedStep {
  /** On the call's clock. */
  readonly atMs: number;
  /** The command by which the input's events were recorded, when it came; `null`: it had none. */
  readonly commandId: string | null;
  /** The events that it has now. */
  readonly events: readonly CallEvent[];
}

/** A conversation, replayed: a step for each input. */
export interface ReplayedConversation {
  readonly steps: readonly ReplayedStep[];
  /** The trace ends before the conversation did. */
  readonly cut: boolean;
}

/** Takes a trace's inputs through turn-taking as it is now. Throws `BAD_USER_INPUT` for what is no trace. */
export const replayTrace = (value: unknown): ReplayedConversation => {
  const { settings, inputs, cut } = parseTrace(value);
  let state = initialState(settings);
  const steps = inputs.map(([atMs, input, commandId = null]): ReplayedStep => {
    const next = step(state, input, atMs);
    state = next.state;
    return { atMs, commandId, events: next.events };
  });
  return { steps, cut };
};
