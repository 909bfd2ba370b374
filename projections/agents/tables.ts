import type { AgentSettings } from '../../src/domain/agent/settings.js';
import type { Actor } from '../../src/domain/event.js';
import {
  boolean,
  defineTable,
  integer,
  json,
  type NamedTable,
  nullable,
  text,
  timestamp,
} from '../runtime/table.js';

export const agentsTable = defineTable(
  'agents',
  {
    tenantId: text,
    agentId: text,
    name: nullable(text),
    description: nullable(text),
    enabled: boolean,
    archived: boolean,
    latestVersion: integer,
    liveVersion: nullable(integer),
    createdBy: text,
    createdAt: timestamp,
    updatedAt: timestamp,
  },
  {
    key: ['agentId'],
    indexes: [['tenantId', 'createdAt', 'agentId']],
    personal: { columns: ['name', 'description'], subjects: {} },
  },
);

/** No query is by a setting: two columns hold them all, so that a new setting changes no table. */
export const agentVersionsTable = defineTable(
  'agent_versions',
  {
    tenantId: text,
    agentId: text,
    version: integer,
    settings: json<Partial<AgentSettings>>(),
    /** The settings that are personal; `null` once erased. */
    texts: nullable(json<Partial<AgentSettings>>()),
    draftedAt: timestamp,
    draftedBy: json<Actor>(),
    /** When it became the live one, for the last time. */
    publishedAt: nullable(timestamp),
    publishedBy: nullable(json<Actor>()),
  },
  {
    key: ['agentId', 'version'],
    personal: { columns: ['texts'], subjects: {} },
  },
);

/** Of version 1. */
export const earlierAgentTables: readonly NamedTable[] = [
  { name: 'agents', personal: { columns: ['name', 'description'], subjects: {} } },
  { name: 'agent_versions', personal: { columns: ['greeting', 'systemPrompt'], subjects: {} } },
];
