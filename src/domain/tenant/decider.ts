import type { Decider } from '../decider.js';
import { AppError, ErrorCode } from '../errors.js';
import { DEFAULT_LANGUAGE } from '../language.js';
import type { TenantEvent, TenantRole } from './events.js';

export type TenantStatus = 'ACTIVE' | 'INACTIVE' | 'SUSPENDED';

export interface TenantState {
  /** `null`: there is no such tenant. */
  readonly tenantId: string | null;
  readonly status: TenantStatus;
  readonly language: string;
  /** Calls at a time; `null`: no limit of its own. */
  readonly maxConcurrentCalls: number | null;
  readonly members: Readonly<Record<string, TenantRole>>;
}

export type TenantCommand =
  | {
      readonly type: 'CreateTenant';
      readonly tenantId: string;
      readonly name: string;
      readonly description?: string | undefined;
      readonly language?: string | undefined;
      /** Becomes the owner. */
      readonly createdBy: string;
      /** Its first number, which is added after it. */
      readonly phoneNumber?: string | undefined;
      readonly numberId?: string | undefined;
    }
  | { readonly type: 'SetStatus'; readonly status: TenantStatus; readonly reason?: string | undefined }
  | { readonly type: 'SetCallLimit'; readonly maxConcurrentCalls: number | null }
  | { readonly type: 'AddMember'; readonly userId: string; readonly role: TenantRole };

const statusEvent = (status: TenantStatus, reason: string | undefined): TenantEvent => {
  switch (status) {
    case 'ACTIVE':
      return { type: 'TenantActivated', data: {} };
    case 'INACTIVE':
      return { type: 'TenantDeactivated', data: { reason } };
    case 'SUSPENDED':
      return { type: 'TenantSuspended', data: { reason } };
  }
};

export const tenantDecider: Decider<TenantCommand, TenantState, TenantEvent> = {
  initial: {
    tenantId: null,
    status: 'ACTIVE',
    language: DEFAULT_LANGUAGE,
    maxConcurrentCalls: null,
    members: {},
  },

  decide(command, state) {
    if (command.type === 'CreateTenant') {
      if (state.tenantId !== null) return [];
      const { type: _, ...tenant } = command;
      return [
        { type: 'TenantCreated', data: tenant },
        { type: 'MemberAdded', data: { userId: tenant.createdBy, role: 'OWNER' } },
      ];
    }
    if (state.tenantId === null) {
      throw new AppError(ErrorCode.NOT_FOUND, 'There is no such tenant.');
    }
    if (command.type === 'SetStatus') {
      return command.status === state.status ? [] : [statusEvent(command.status, command.reason)];
    }
    if (command.type === 'SetCallLimit') {
      const { maxConcurrentCalls } = command;
      return maxConcurrentCalls === state.maxConcurrentCalls
        ? []
        : [{ type: 'TenantCallLimitSet', data: { maxConcurrentCalls } }];
    }
    return state.members[command.userId] === command.role
      ? []
      : [{ type: 'MemberAdded', data: { userId: command.userId, role: command.role } }];
  },

  evolve(state, event) {
    switch (event.type) {
      case 'TenantCreated':
        return {
          ...state,
          tenantId: event.data.tenantId,
          language: event.data.language ?? DEFAULT_LANGUAGE,
        };
      case 'TenantActivated':
        return { ...state, status: 'ACTIVE' };
      case 'TenantDeactivated':
        return { ...state, status: 'INACTIVE' };
      case 'TenantSuspended':
        return { ...state, status: 'SUSPENDED' };
      case 'TenantCallLimitSet':
        return { ...state, maxConcurrentCalls: event.data.maxConcurrentCalls };
      case 'MemberAdded':
        return { ...state, members: { ...state.members, [event.data.userId]: event.data.role } };
      default:
        return state;
    }
  },
};
