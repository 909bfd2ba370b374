export const turnDetections = ['voice_activity', 'provider', 'fixed_buffer'] as const;
export type TurnDetection = (typeof turnDetections)[number];
export const interruptionSensitivities = ['off', 'low', 'medium', 'high'] as const;
export type InterruptionSensitivity = (typeof interruptionSensitivities)[number];

/** What callers meet: only an active agent answers. */
export const agentStatuses = ['ACTIVE', 'INACTIVE', 'ARCHIVED'] as const;
export type AgentStatus = (typeof agentStatuses)[number];

/** `DRAFT`: never published. `PUBLISHED`: what new calls get. `ARCHIVED`: another took its place. */
export const agentVersionStatuses = ['DRAFT', 'PUBLISHED', 'ARCHIVED'] as const;
export type AgentVersionStatus = (typeof agentVersionStatuses)[number];

export const agentStatusOf = (agent: {
  readonly enabled: boolean;
  readonly archived: boolean;
}): AgentStatus => {
  if (agent.archived) return 'ARCHIVED';
  return agent.enabled ? 'ACTIVE' : 'INACTIVE';
};
