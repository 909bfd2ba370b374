import { z } from 'zod';
import { defineEvent, type EventOf, personal } from '../event.js';
import { MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS } from './limits.js';
import { agentSettingsShape } from './settings.js';

/** 1, 2, 3 … within an agent. */
const version = z.int().min(1);
const name = personal(z.string().min(1).max(MAX_NAME_CHARS));
const description = personal(z.string().max(MAX_DESCRIPTION_CHARS).optional());

export const agentEvents = {
  AgentCreated: defineEvent('AgentCreated', {
    agentId: z.string(),
    name,
    description,
    createdBy: z.string(),
  }),
  AgentRenamed: defineEvent('AgentRenamed', { name }),
  /** Without a description: it has none any more. */
  AgentDescribed: defineEvent('AgentDescribed', { description }),
  AgentVersionDrafted: defineEvent('AgentVersionDrafted', { version, ...agentSettingsShape }),
  /** New calls get it; of a version that was live before, it's a roll-back. */
  AgentVersionPublished: defineEvent('AgentVersionPublished', { version }),
  AgentEnabled: defineEvent('AgentEnabled', {}),
  AgentDisabled: defineEvent('AgentDisabled', {}),
  /** It's disabled by then. Nothing can be done with it until it's taken back. */
  AgentArchived: defineEvent('AgentArchived', {}),
  AgentUnarchived: defineEvent('AgentUnarchived', {}),
};

export type AgentEvent = EventOf<typeof agentEvents>;
