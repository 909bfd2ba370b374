import { describe, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { numberDecider } from './decider.js';
import type { NumberEvent } from './events.js';

const numberId = 'num_1';
const number = '+14155550100';
const reservation = 'reservation-sys_1';
const add = { type: 'AddNumber', numberId, number, reservation, by: 'usr_1' } as const;
const added: NumberEvent = {
  type: 'PhoneNumberAdded',
  data: { numberId, number, reservation, addedBy: 'usr_1' },
};
const assigned: NumberEvent = { type: 'PhoneNumberAssigned', data: { agentId: 'agt_1' } };

describe('a phone number', () => {
  it('is added once', () => {
    given(numberDecider).when(add).emits(added);
    given(numberDecider, [added]).when(add).emits();
    given(numberDecider, [added, assigned]).when(add).emits();
  });

  it('is added together with the agent that answers it', () =>
    given(numberDecider)
      .when({ ...add, agentId: 'agt_1' })
      .emits(added, assigned));

  it('changes its agent, and nothing when it is the same one', () => {
    given(numberDecider, [added, assigned])
      .when({ ...add, agentId: 'agt_1' })
      .emits();
    given(numberDecider, [added, assigned])
      .when({ ...add, agentId: 'agt_2' })
      .emits({ type: 'PhoneNumberAssigned', data: { agentId: 'agt_2' } });
  });
});
