import { describe, expect, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { userDecider } from './decider.js';
import type { UserEvent } from './events.js';

const user = {
  userId: 'usr_1',
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  platformRole: null,
  reservation: 'reservation-sys_1',
} as const;
const registered: UserEvent = { type: 'UserRegistered', data: user };

describe('a user', () => {
  it('is registered once', () => {
    given(userDecider)
      .when({ type: 'RegisterUser', ...user })
      .emits(registered);
    given(userDecider, [registered])
      .when({ type: 'RegisterUser', ...user })
      .emits();
  });

  it('is known by what a login needs, and by nothing else', () => {
    const { state } = given(userDecider, [registered]);
    expect(state).toEqual({ userId: 'usr_1', passwordHash: user.passwordHash, platformRole: null });
  });
});
