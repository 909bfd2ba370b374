import { describe, it } from '@jest/globals';
import { given } from '../../../test/support/given.js';
import { tenantDecider } from './decider.js';
import type { TenantEvent } from './events.js';

const tenant = { tenantId: 'tnt_1', name: 'Acme', createdBy: 'usr_1' } as const;
const create = { type: 'CreateTenant', ...tenant } as const;
const created: TenantEvent[] = [
  { type: 'TenantCreated', data: tenant },
  { type: 'MemberAdded', data: { userId: 'usr_1', role: 'OWNER' } },
];

describe('a tenant', () => {
  it('is created with its creator as the owner', () =>
    given(tenantDecider)
      .when(create)
      .emits(...created));

  it('is created with what is needed to add its first number', () => {
    const number = { phoneNumber: '+14155550100', numberId: 'num_1' };
    given(tenantDecider)
      .when({ ...create, ...number })
      .emits({ type: 'TenantCreated', data: { ...tenant, ...number } }, ...created.slice(1));
  });

  it('is created once', () => given(tenantDecider, created).when(create).emits());

  it('is suspended with a reason, and activated again', () => {
    const suspended: TenantEvent = { type: 'TenantSuspended', data: { reason: 'unpaid' } };
    given(tenantDecider, created)
      .when({ type: 'SetStatus', status: 'SUSPENDED', reason: 'unpaid' })
      .emits(suspended);
    given(tenantDecider, [...created, suspended])
      .when({ type: 'SetStatus', status: 'ACTIVE' })
      .emits({ type: 'TenantActivated', data: {} });
  });

  it('changes nothing when it has the status already', () =>
    given(tenantDecider, created).when({ type: 'SetStatus', status: 'ACTIVE' }).emits());

  it('is not there before it is created', () =>
    given(tenantDecider).when({ type: 'SetStatus', status: 'INACTIVE' }).isRefused({ code: 'NOT_FOUND' }));

  it('gives a member another role', () =>
    given(tenantDecider, created)
      .when({ type: 'AddMember', userId: 'usr_1', role: 'VIEWER' })
      .emits({ type: 'MemberAdded', data: { userId: 'usr_1', role: 'VIEWER' } }));
});
