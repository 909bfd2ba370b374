import type { AgentSettings } from '../../src/domain/agent/settings.js';
import { boolean, defineTable, integer, json, nullable, text, timestamp } from '../runtime/table.js';

export const agentsTable = defineTable(
  'agents',
  {
    tenantId: text,
    agentId: text,
    name: nullable(text),
    description: nullable(text),
    enabled: boolean,
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

export const agentVersionsTable = defineTable(
  'agent_versions',
  {
    tenantId: text,
    agentId: text,
    version: integer,
    language: text,
    greeting: nullable(text),
    systemPrompt: nullable(text),
    speechToText: json<AgentSettings['speechToText']>(),
    languageModel: json<AgentSettings['languageModel']>(),
    textToSpeech: json<AgentSettings['textToSpeech']>(),
    silenceTimeoutMs: integer,
    maxDurationMs: integer,
    draftedAt: timestamp,
    /** When it became the live one, for the last time. */
    publishedAt: nullable(timestamp),
  },
  {
    key: ['agentId', 'version'],
    personal: { columns: ['greeting', 'systemPrompt'], subjects: {} },
  },
);
