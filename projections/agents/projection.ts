import { agentEvents } from '../../src/domain/agent/events.js';
import type { AgentSettings } from '../../src/domain/agent/settings.js';
import { parseStreamName } from '../../src/domain/stream.js';
import { foldInto, type Projection, type RecordOf } from '../runtime/projection.js';
import { agentsTable, agentVersionsTable, earlierAgentTables } from './tables.js';

const personalSettings: readonly string[] = agentEvents.AgentVersionDrafted.personalFields;

/** The settings of a draft, what is personal by itself: `null` where it's erased already, as an erasure leaves it. */
const partsOf = ({ data: { version: _, ...settings } }: RecordOf<'AgentVersionDrafted'>) => {
  const entries = Object.entries(settings);
  const texts = entries.filter(([name]) => personalSettings.includes(name));
  return {
    settings: Object.fromEntries(entries.filter(([name]) => !personalSettings.includes(name))),
    texts: texts.every(([, value]) => value === null)
      ? null
      : (Object.fromEntries(texts) as Partial<AgentSettings>),
  };
};

export const agentsProjection: Projection = {
  name: 'agents',
  version: 2,
  earlier: { 1: earlierAgentTables },
  folds: [
    foldInto(agentsTable, {
      key: (event) => [parseStreamName(event.stream).id],
      first: ['AgentCreated'],
      handles: {
        AgentCreated: (_, { data, metadata }) => ({
          tenantId: metadata.tenantId,
          agentId: data.agentId,
          name: data.name,
          description: data.description ?? null,
          enabled: true,
          archived: false,
          latestVersion: 0,
          liveVersion: null,
          createdBy: data.createdBy,
          createdAt: metadata.occurredAt,
          updatedAt: metadata.occurredAt,
        }),
        AgentRenamed: (row, { data, metadata }) =>
          row && { ...row, name: data.name, updatedAt: metadata.occurredAt },
        AgentDescribed: (row, { data, metadata }) =>
          row && { ...row, description: data.description ?? null, updatedAt: metadata.occurredAt },
        AgentVersionDrafted: (row, { data, metadata }) =>
          row && { ...row, latestVersion: data.version, updatedAt: metadata.occurredAt },
        AgentVersionPublished: (row, { data, metadata }) =>
          row && { ...row, liveVersion: data.version, updatedAt: metadata.occurredAt },
        AgentEnabled: (row, { metadata }) => row && { ...row, enabled: true, updatedAt: metadata.occurredAt },
        AgentDisabled: (row, { metadata }) =>
          row && { ...row, enabled: false, updatedAt: metadata.occurredAt },
        AgentArchived: (row, { metadata }) =>
          row && { ...row, archived: true, updatedAt: metadata.occurredAt },
        AgentUnarchived: (row, { metadata }) =>
          row && { ...row, archived: false, updatedAt: metadata.occurredAt },
      },
    }),
    foldInto(agentVersionsTable, {
      key: (event) => [parseStreamName(event.stream).id, event.data.version],
      first: ['AgentVersionDrafted'],
      handles: {
        AgentVersionDrafted: (_, event) => ({
          tenantId: event.metadata.tenantId,
          agentId: parseStreamName(event.stream).id,
          version: event.data.version,
          ...partsOf(event),
          draftedAt: event.metadata.occurredAt,
          draftedBy: event.metadata.actor,
          publishedAt: null,
          publishedBy: null,
        }),
        AgentVersionPublished: (row, { metadata }) =>
          row && { ...row, publishedAt: metadata.occurredAt, publishedBy: metadata.actor },
      },
    }),
  ],
};
