import { describe, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { numberDecider } from './decider.js';
import type { NumberEvent } from './events.js';

const numberId = 'num_1';
const add = { type: 'AddNumber', numberId, number: '+14155550100', addedBy: 'usr_1' } as const;
const added: NumberEvent = {
  type: 'PhoneNumberAdded',
  data: { numberId, number: '+14155550100', addedBy: 'usr_1' },
};
const assigned: NumberEvent = { type: 'PhoneNumberAssigned', data: { agentId: 'agt_1' } };

describe('a phone number', () => {
  it('is added once', () => {
    given(numberDecider).when(add).emits(added);
    given(numberDecider, [added]).when(add).emits();
  });

  it('is answered by the agent that it is assigned to', () =>
    given(numberDecider, [added]).when({ type: 'AssignAgent', agentId: 'agt_1' }).emits(assigned));

  it('changes its agent, and nothing when it is the same one', () => {
    given(numberDecider, [added, assigned]).when({ type: 'AssignAgent', agentId: 'agt_1' }).emits();
    given(numberDecider, [added, assigned])
      .when({ type: 'AssignAgent', agentId: 'agt_2' })
      .emits({ type: 'PhoneNumberAssigned', data: { agentId: 'agt_2' } });
  });

  it('is not assigned before it is there', () =>
    given(numberDecider).when({ type: 'AssignAgent', agentId: 'agt_1' }).isRefused({ code: 'NOT_FOUND' }));
});
