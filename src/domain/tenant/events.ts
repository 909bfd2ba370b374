import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';
import { LANGUAGE_TAG } from '../language.js';

/** Roles within a tenant; platform roles stand with the user. */
export const tenantRoles = ['OWNER', 'ADMIN', 'MEMBER', 'VIEWER'] as const;
export type TenantRole = (typeof tenantRoles)[number];

const reason = personal(z.string().max(500).optional());

export const tenantEvents = {
  TenantCreated: defineEvent('TenantCreated', {
    tenantId: z.string(),
    name: personal(z.string().min(1).max(200)),
    description: personal(z.string().max(2000).optional()),
    /** BCP 47: what callers hear where no agent answers. English where it's absent. */
    language: z.string().regex(LANGUAGE_TAG).optional(),
    createdBy: z.string(),
    /** Its first number, which is added after it: E.164, and the id that the number gets. */
    phoneNumber: personal(z.string().optional()),
    numberId: z.string().optional(),
  }),
  TenantActivated: defineEvent('TenantActivated', {}),
  TenantDeactivated: defineEvent('TenantDeactivated', { reason }),
  TenantSuspended: defineEvent('TenantSuspended', { reason }),
  TenantCallLimitSet: defineEvent('TenantCallLimitSet', {
    /** Calls at a time; `null`: as many as the platform carries. */
    maxConcurrentCalls: z.int().min(1).nullable(),
  }),
  MemberAdded: defineEvent('MemberAdded', { userId: z.string(), role: z.enum(tenantRoles) }),
};

export type TenantEvent = EventOf<typeof tenantEvents>;
