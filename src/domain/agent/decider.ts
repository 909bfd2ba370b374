import { isDeepStrictEqual } from 'node:util';
import type { Decider } from '../decider.js';
import { AppError, ErrorCode } from '../errors.js';
import { changeSettings, type SettingsChanges } from './change-settings.js';
import { completeSettings, defaultSettings } from './defaults.js';
import type { AgentEvent } from './events.js';
import type { AgentSettings } from './settings.js';

export interface AgentState {
  /** `null`: there is no such agent. */
  readonly agentId: string | null;
  /** `null` once erased. */
  readonly name: string | null;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly archived: boolean;
  /** Version n stands at n − 1: what was drafted is never changed. */
  readonly versions: readonly AgentSettings[];
  /** Those that were live once, or are. */
  readonly published: readonly number[];
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
      /** What every stage has where the settings don't say. */
      readonly provider: string;
      readonly settings: SettingsChanges;
    }
  /** `settings` are laid over version `expectedVersion`, which must be the latest. `description: null` clears it. */
  | {
      readonly type: 'UpdateAgent';
      readonly expectedVersion: number;
      readonly name?: string | undefined;
      readonly description?: string | null | undefined;
      readonly settings: SettingsChanges;
    }
  | { readonly type: 'PublishVersion'; readonly version: number }
  /** `expectedVersion`: the one that is live, as far as the caller knows. */
  | {
      readonly type: 'RollBack';
      readonly toVersion: number;
      readonly expectedVersion?: number | undefined;
    }
  | { readonly type: 'SetEnabled'; readonly enabled: boolean }
  | { readonly type: 'SetArchived'; readonly archived: boolean };

type CommandOf<T extends AgentCommand['type']> = Extract<AgentCommand, { type: T }>;

const update = (state: AgentState, command: CommandOf<'UpdateAgent'>): AgentEvent[] => {
  const { expectedVersion, name, description, settings } = command;
  const latest = state.versions.at(-1);
  if (latest === undefined || expectedVersion !== state.versions.length) {
    throw new AppError(
      ErrorCode.CONFLICT,
      `The agent is at version ${state.versions.length}, not ${expectedVersion}: read it again, then change it.`,
      { expectedVersion, latestVersion: state.versions.length },
    );
  }
  const events: AgentEvent[] = [];
  if (name !== undefined && name !== state.name) events.push({ type: 'AgentRenamed', data: { name } });
  if (description !== undefined && description !== state.description) {
    events.push({ type: 'AgentDescribed', data: { description: description ?? undefined } });
  }
  const before = completeSettings(latest);
  const after = changeSettings(before, settings);
  if (!isDeepStrictEqual(after, before)) {
    events.push({ type: 'AgentVersionDrafted', data: { ...after, version: state.versions.length + 1 } });
  }
  return events;
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

const rollBack = (state: AgentState, { toVersion, expectedVersion }: CommandOf<'RollBack'>): AgentEvent[] => {
  const { liveVersion } = state;
  if (expectedVersion !== undefined && expectedVersion !== liveVersion) {
    throw new AppError(
      ErrorCode.CONFLICT,
      `Version ${liveVersion ?? 'none'} is live, not ${expectedVersion}: read the agent again, then roll back.`,
      { expectedVersion, liveVersion },
    );
  }
  const events = publish(state, toVersion);
  if (state.published.includes(toVersion)) return events;
  throw new AppError(
    ErrorCode.CONFLICT,
    `Version ${toVersion} was never live, so there is no way back to it: publish it instead.`,
    { field: 'toVersion', toVersion },
  );
};

const setArchived = (state: AgentState, archived: boolean): AgentEvent[] => {
  if (archived === state.archived) return [];
  if (!archived) return [{ type: 'AgentUnarchived', data: {} }];
  const disabled: AgentEvent[] = state.enabled ? [{ type: 'AgentDisabled', data: {} }] : [];
  return [...disabled, { type: 'AgentArchived', data: {} }];
};

export const agentDecider: Decider<AgentCommand, AgentState, AgentEvent> = {
  initial: {
    agentId: null,
    name: null,
    description: null,
    enabled: true,
    archived: false,
    versions: [],
    published: [],
    liveVersion: null,
  },

  decide(command, state) {
    if (command.type === 'CreateAgent') {
      if (state.agentId !== null) return [];
      const { agentId, name, description, createdBy, provider, settings } = command;
      return [
        { type: 'AgentCreated', data: { agentId, name, description, createdBy } },
        {
          type: 'AgentVersionDrafted',
          data: { ...changeSettings(defaultSettings(provider), settings), version: 1 },
        },
      ];
    }
    if (state.agentId === null) throw new AppError(ErrorCode.NOT_FOUND, 'There is no such agent.');
    if (command.type === 'SetArchived') return setArchived(state, command.archived);
    if (state.archived) {
      throw new AppError(ErrorCode.CONFLICT, 'The agent is archived: take it back (unarchiveAgent) first.');
    }
    switch (command.type) {
      case 'UpdateAgent':
        return update(state, command);
      case 'PublishVersion':
        return publish(state, command.version);
      case 'RollBack':
        return rollBack(state, command);
      case 'SetEnabled':
        if (command.enabled === state.enabled) return [];
        return [{ type: command.enabled ? 'AgentEnabled' : 'AgentDisabled', data: {} }];
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'AgentCreated': {
        const { agentId, name, description = null } = event.data;
        return { ...state, agentId, name, description };
      }
      case 'AgentRenamed':
        return { ...state, name: event.data.name };
      case 'AgentDescribed':
        return { ...state, description: event.data.description ?? null };
      case 'AgentVersionDrafted': {
        const { version: _, ...settings } = event.data;
        return { ...state, versions: [...state.versions, settings] };
      }
      case 'AgentVersionPublished': {
        const { version } = event.data;
        return { ...state, liveVersion: version, published: [...new Set([...state.published, version])] };
      }
      case 'AgentEnabled':
        return { ...state, enabled: true };
      case 'AgentDisabled':
        return { ...state, enabled: false };
      case 'AgentArchived':
        return { ...state, archived: true };
      case 'AgentUnarchived':
        return { ...state, archived: false };
      default:
        return state;
    }
  },
};
