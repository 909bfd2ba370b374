import type { Decider } from '../decider.js';
import type { NumberEvent } from './events.js';

export interface NumberState {
  /** `null`: there is no such number. */
  readonly numberId: string | null;
  /** Who answers; `null`: nobody yet. */
  readonly agentId: string | null;
}

export interface NumberCommand {
  readonly type: 'AddNumber';
  readonly numberId: string;
  /** In E.164. */
  readonly number: string;
  /** The stream that keeps the number from others. */
  readonly reservation: string;
  /** Who asks for it. */
  readonly by: string;
  /** Who answers from now on; absent: that stays as it is. */
  readonly agentId?: string;
}

export const numberDecider: Decider<NumberCommand, NumberState, NumberEvent> = {
  initial: { numberId: null, agentId: null },

  decide({ numberId, number, reservation, by, agentId }, state) {
    const events: NumberEvent[] = [];
    if (state.numberId === null) {
      events.push({ type: 'PhoneNumberAdded', data: { numberId, number, addedBy: by, reservation } });
    }
    if (agentId !== undefined && agentId !== state.agentId) {
      events.push({ type: 'PhoneNumberAssigned', data: { agentId } });
    }
    return events;
  },

  evolve(state, event) {
    switch (event.type) {
      case 'PhoneNumberAdded':
        return { ...state, numberId: event.data.numberId };
      case 'PhoneNumberAssigned':
        return { ...state, agentId: event.data.agentId };
      default:
        return state;
    }
  },
};
