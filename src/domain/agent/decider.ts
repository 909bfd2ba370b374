import type { Decider } from '../decider.js';
import { AppError, ErrorCode } from '../errors.js';
import type { AgentEvent } from './events.js';
import type { AgentSettings } from './settings.js';

export interface AgentState {
  /** `null`: there is no such agent. */
  readonly agentId: string | null;
  readonly enabled: boolean;
  /** Version n stands at n − 1: what was drafted is never changed. */
  readonly versions: readonly AgentSettings[];
  /** The version that new calls get; `null`: none is published yet. */
  readonly liveVersion: number | null;
}

export type AgentCommand =
  | {
      readonly type: 'CreateAgent';
      readonly agentId: string;
      readonly name: string;
      readonly description?: string | undefined;
      readonly createdBy: string;
      readonly settings: AgentSettings;
    }
  /** `changes` are laid over version `expectedVersion`, which must be the latest. */
  | {
      readonly type: 'DraftVersion';
      readonly expectedVersion: number;
      readonly changes: Partial<AgentSettings>;
    }
  | { readonly type: 'PublishVersion'; readonly version: number }
  | { readonly type: 'SetEnabled'; readonly enabled: boolean };

const draft = (state: AgentState, expectedVersion: number, changes: Partial<AgentSettings>): AgentEvent[] => {
  const latest = state.versions.at(-1);
  if (latest === undefined || expectedVersion !== state.versions.length) {
    throw new AppError(
      ErrorCode.CONFLICT,
      `The agent is at version ${state.versions.length}, not ${expectedVersion}: read it again, then change it.`,
      { expectedVersion, latestVersion: state.versions.length },
    );
  }
  return [
    { type: 'AgentVersionDrafted', data: { ...latest, ...changes, version: state.versions.length + 1 } },
  ];
};

const publish = (state: AgentState, version: number): AgentEvent[] => {
  if (state.versions[version - 1] === undefined) {
    throw new AppError(
      ErrorCode.NOT_FOUND,
      `The agent has no version ${version}; its latest is ${state.versions.length}.`,
      { version, latestVersion: state.versions.length },
    );
  }
  return state.liveVersion === version ? [] : [{ type: 'AgentVersionPublished', data: { version } }];
};

export const agentDecider: Decider<AgentCommand, AgentState, AgentEvent> = {
  initial: { agentId: null, enabled: true, versions: [], liveVersion: null },

  decide(command, state) {
    if (command.type === 'CreateAgent') {
      if (state.agentId !== null) return [];
      const { agentId, name, description, createdBy, settings } = command;
      return [
        { type: 'AgentCreated', data: { agentId, name, description, createdBy } },
        { type: 'AgentVersionDrafted', data: { ...settings, version: 1 } },
      ];
    }
    if (state.agentId === null) throw new AppError(ErrorCode.NOT_FOUND, 'There is no such agent.');
    switch (command.type) {
      case 'DraftVersion':
        return draft(state, command.expectedVersion, command.changes);
      case 'PublishVersion':
        return publish(state, command.version);
      case 'SetEnabled':
        if (command.enabled === state.enabled) return [];
        return [{ type: command.enabled ? 'AgentEnabled' : 'AgentDisabled', data: {} }];
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'AgentCreated':
        return { ...state, agentId: event.data.agentId };
      case 'AgentVersionDrafted': {
        const { version: _, ...settings } = event.data;
        return { ...state, versions: [...state.versions, settings] };
      }
      case 'AgentVersionPublished':
        return { ...state, liveVersion: event.data.version };
      case 'AgentEnabled':
        return { ...state, enabled: true };
      case 'AgentDisabled':
        return { ...state, enabled: false };
      default:
        return state;
    }
  },
};
