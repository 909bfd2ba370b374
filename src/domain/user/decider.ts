import type { Decider } from '../decider.js';
import type { PlatformRole, UserEvent } from './events.js';

export interface UserState {
  /** `null`: there is no such user. */
  readonly userId: string | null;
  /** `null` once the user is erased. */
  readonly passwordHash: string | null;
  readonly platformRole: PlatformRole | null;
}

export interface RegisterUser {
  readonly type: 'RegisterUser';
  readonly userId: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly passwordHash: string;
  readonly platformRole: PlatformRole | null;
  /** The stream that keeps the e-mail from others. */
  readonly reservation: string;
}

export const userDecider: Decider<RegisterUser, UserState, UserEvent> = {
  initial: { userId: null, passwordHash: null, platformRole: null },

  decide({ type: _, ...user }, state) {
    return state.userId === null ? [{ type: 'UserRegistered', data: user }] : [];
  },

  evolve(state, event) {
    if (event.type !== 'UserRegistered') return state;
    const { userId, passwordHash, platformRole } = event.data;
    return { userId, passwordHash, platformRole };
  },
};
