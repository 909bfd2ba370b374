import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';
import { agentSettingsShape } from './settings.js';

/** 1, 2, 3 … within an agent. */
const version = z.int().min(1);

export const agentEvents = {
  AgentCreated: defineEvent('AgentCreated', {
    agentId: z.string(),
    name: personal(z.string().min(1).max(200)),
    description: personal(z.string().max(2000).optional()),
    createdBy: z.string(),
  }),
  AgentVersionDrafted: defineEvent('AgentVersionDrafted', { version, ...agentSettingsShape }),
  AgentVersionPublished: defineEvent('AgentVersionPublished', { version }),
  AgentEnabled: defineEvent('AgentEnabled', {}),
  AgentDisabled: defineEvent('AgentDisabled', {}),
};

export type AgentEvent = EventOf<typeof agentEvents>;
