import { parseStreamName } from '../../src/domain/stream.js';
import { foldInto, type Projection } from '../runtime/projection.js';
import { agentsTable, agentVersionsTable } from './tables.js';

export const agentsProjection: Projection = {
  name: 'agents',
  version: 1,
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
          latestVersion: 0,
          liveVersion: null,
          createdBy: data.createdBy,
          createdAt: metadata.occurredAt,
          updatedAt: metadata.occurredAt,
        }),
        AgentVersionDrafted: (row, { data, metadata }) =>
          row && { ...row, latestVersion: data.version, updatedAt: metadata.occurredAt },
        AgentVersionPublished: (row, { data, metadata }) =>
          row && { ...row, liveVersion: data.version, updatedAt: metadata.occurredAt },
        AgentEnabled: (row, { metadata }) => row && { ...row, enabled: true, updatedAt: metadata.occurredAt },
        AgentDisabled: (row, { metadata }) =>
          row && { ...row, enabled: false, updatedAt: metadata.occurredAt },
      },
    }),
    foldInto(agentVersionsTable, {
      key: (event) => [parseStreamName(event.stream).id, event.data.version],
      first: ['AgentVersionDrafted'],
      handles: {
        AgentVersionDrafted: (_, { data, metadata, stream }) => ({
          ...data,
          tenantId: metadata.tenantId,
          agentId: parseStreamName(stream).id,
          draftedAt: metadata.occurredAt,
          publishedAt: null,
        }),
        AgentVersionPublished: (row, { metadata }) => row && { ...row, publishedAt: metadata.occurredAt },
      },
    }),
  ],
};
