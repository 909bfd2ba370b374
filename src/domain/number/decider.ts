import type { Decider } from '../decider.js';
import { AppError, ErrorCode } from '../errors.js';
import type { NumberEvent } from './events.js';

export interface NumberState {
  /** `null`: there is no such number. */
  readonly numberId: string | null;
  /** Who answers; `null`: nobody yet. */
  readonly agentId: string | null;
}

export type NumberCommand =
  | {
      readonly type: 'AddNumber';
      readonly numberId: string;
      readonly number: string;
      readonly addedBy: string;
    }
  | { readonly type: 'AssignAgent'; readonly agentId: string };

export const numberDecider: Decider<NumberCommand, NumberState, NumberEvent> = {
  initial: { numberId: null, agentId: null },

  decide(command, state) {
    if (command.type === 'AddNumber') {
      const { numberId, number, addedBy } = command;
      return state.numberId === null
        ? [{ type: 'PhoneNumberAdded', data: { numberId, number, addedBy } }]
        : [];
    }
    if (state.numberId === null) throw new AppError(ErrorCode.NOT_FOUND, 'There is no such phone number.');
    return state.agentId === command.agentId
      ? []
      : [{ type: 'PhoneNumberAssigned', data: { agentId: command.agentId } }];
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
