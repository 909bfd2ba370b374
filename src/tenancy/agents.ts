import { changeSettings, type SettingsChanges, stages } from '../domain/agent/change-settings.js';
import { type AgentCommand, type AgentState, agentDecider } from '../domain/agent/decider.js';
import { type CompleteSettings, completeSettings, defaultSettings } from '../domain/agent/defaults.js';
import { settingName } from '../domain/agent/setting-names.js';
import { refuseSettingsInVain } from '../domain/agent/settings-in-vain.js';
import { AppError, ErrorCode, isAppError } from '../domain/errors.js';
import { agentStream } from '../domain/stream.js';
import { execute } from '../ledger/execute.js';
import type { CommandContext } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import type { Capability } from '../providers/registry.js';
import { settingFault } from '../providers/voice-settings.js';
import { installedProviders } from './installed-providers.js';
import { refuseOtherKind } from './known-kind.js';
import { existing, type TenancyOptions } from './tenancy.js';

export interface NewAgent {
  readonly tenantId: string;
  readonly agentId: string;
  readonly name: string;
  readonly description: string | null;
  readonly createdBy: string;
  readonly settings: SettingsChanges;
}

/**
 * Every provider that the settings name must be here, with its key: it's missed now, not in the call. Throws
 * `BAD_USER_INPUT` that names the setting and what there is.
 */
const checkProviders = ({ providers }: TenancyOptions, settings: SettingsChanges): void => {
  for (const { capability, name, field } of chosenProviders(settings)) {
    try {
      providers.get(capability, name);
    } catch (error) {
      if (!isAppError(error)) throw error;
      throw new AppError(error.code, `${field}: ${error.message}`, { ...error.details, field });
    }
  }
};

/** What the provider would refuse, the caller wouldn't hear. Throws `BAD_USER_INPUT` that names the setting. */
const checkVoiceSettings = (
  { providers }: TenancyOptions,
  { textToSpeech, voiceSettings }: CompleteSettings,
): void => {
  const known = providers.find('textToSpeech', textToSpeech.provider)?.voiceSettings;
  if (!known) return;
  for (const [name, value] of Object.entries(voiceSettings)) {
    const fault = settingFault(textToSpeech.provider, name, value, known);
    if (fault === null) continue;
    const field = settingName('voiceSettings', name);
    throw new AppError(ErrorCode.BAD_USER_INPUT, `${field} ${fault}`, { field });
  }
};

interface ChosenProvider {
  readonly capability: Capability;
  readonly name: string;
  readonly field: string;
}

const chosenProviders = (settings: SettingsChanges): readonly ChosenProvider[] => [
  ...stageProviders(settings),
  ...speechToSpeechProvider(settings),
];

const speechToSpeechProvider = ({ speechToSpeech }: SettingsChanges): readonly ChosenProvider[] =>
  speechToSpeech
    ? [
        {
          capability: 'speechToSpeech',
          name: speechToSpeech.provider,
          field: settingName('speechToSpeech', 'provider'),
        },
      ]
    : [];

const stageProviders = (settings: SettingsChanges): readonly ChosenProvider[] =>
  stages.flatMap((capability) => {
    const fallbacks = settings[`${capability}Fallbacks`] ?? [];
    const first = settings[capability]?.provider;
    const chosen = fallbacks.map(({ provider: name }, at) => ({
      capability,
      name,
      field: settingName(`${capability}Fallbacks`, at, 'provider'),
    }));
    if (first == null) return chosen;
    return [{ capability, name: first, field: settingName(capability, 'provider') }, ...chosen];
  });

/** Makes an agent with its first version, a draft. Returns the position. */
export const createAgent = async (
  options: TenancyOptions,
  { tenantId, description, ...agent }: NewAgent,
  context: CommandContext,
): Promise<string> => {
  checkProviders(options, agent.settings);
  const provider = options.providers.defaultName;
  checkVoiceSettings(
    options,
    changeSettings(defaultSettings(provider), agent.settings, installedProviders(options.providers)),
  );
  const command = { type: 'CreateAgent', ...agent, description: description ?? undefined, provider } as const;
  const stream = agentStream(tenantId, agent.agentId);
  return existing(await execute(options.ledger, agentDecider, stream, command, context)).position;
};

interface AgentRef {
  readonly tenantId: string;
  readonly agentId: string;
}

/** Throws `NOT_FOUND` for what can't be an agent's id. */
const streamOf = ({ tenantId, agentId }: AgentRef): string => {
  refuseOtherKind('agent', agentId);
  return agentStream(tenantId, agentId);
};

const change = async (
  { ledger }: TenancyOptions,
  agent: AgentRef,
  command: AgentCommand,
  context: CommandContext,
): Promise<string> =>
  existing(await execute(ledger, agentDecider, streamOf(agent), command, context)).position;

/** What `updateAgent` changes: what is absent stays; `null` clears. */
export interface AgentChanges {
  /** The latest version, as far as the caller knows. */
  readonly expectedVersion: number;
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly settings: SettingsChanges;
}

/**
 * Renames, describes, and drafts the next version where settings differ. Returns the position. Throws `CONFLICT` unless
 * `expectedVersion` is the latest, and `BAD_USER_INPUT` for a setting that can't be.
 */
export const updateAgent = async (
  options: TenancyOptions,
  agent: AgentRef,
  changes: AgentChanges,
  context: CommandContext,
): Promise<string> => {
  checkProviders(options, changes.settings);
  const { versions } = await load(options.ledger, agentDecider, streamOf(agent));
  const latest = versions.at(-1);
  // Another version than the latest is refused by the decider.
  if (latest && versions.length === changes.expectedVersion) {
    checkVoiceSettings(
      options,
      changeSettings(completeSettings(latest), changes.settings, installedProviders(options.providers)),
    );
  }
  return change(options, agent, { type: 'UpdateAgent', ...changes }, context);
};

/** Before a version becomes the live one: a key may be missing since it was drafted. */
const checkVersion = (options: TenancyOptions, { versions }: AgentState, version: number): void => {
  const drafted = versions[version - 1];
  if (!drafted) return;
  checkProviders(options, completeSettings(drafted));
  checkVoiceSettings(options, completeSettings(drafted));
};

/** As of a change: since it was drafted another model may be the default. What is live already may stay. */
const refuseInVain = (
  { providers }: TenancyOptions,
  { versions, liveVersion }: AgentState,
  version: number,
): void => {
  const drafted = versions[version - 1];
  const live = versions[(liveVersion ?? 0) - 1];
  if (!drafted) return;
  const before = live && completeSettings(live);
  refuseSettingsInVain(completeSettings(drafted), installedProviders(providers), before);
};

/** Makes a version the one that new calls get. Throws `NOT_FOUND`, and `BAD_USER_INPUT` for what can't be here. */
export const publishAgentVersion = async (
  options: TenancyOptions,
  agent: AgentRef,
  version: number,
  context: CommandContext,
): Promise<string> => {
  const state = await load(options.ledger, agentDecider, streamOf(agent));
  checkVersion(options, state, version);
  refuseInVain(options, state, version);
  return change(options, agent, { type: 'PublishVersion', version }, context);
};

export interface RollBack {
  readonly toVersion: number;
  /** The one that is live, as far as the caller knows. */
  readonly expectedVersion?: number | undefined;
}

/**
 * Publishes again what was live before: whoever is in a hurry isn't held up by a setting that does nothing. Throws `CONFLICT` for
 * what never was, `NOT_FOUND`, and `BAD_USER_INPUT` for a provider that isn't here.
 */
export const rollBackAgent = async (
  options: TenancyOptions,
  agent: AgentRef,
  rollBack: RollBack,
  context: CommandContext,
): Promise<string> => {
  checkVersion(options, await load(options.ledger, agentDecider, streamOf(agent)), rollBack.toVersion);
  return change(options, agent, { type: 'RollBack', ...rollBack }, context);
};

/** A disabled agent answers no calls: callers hear a sentence. */
export const setAgentEnabled = (
  options: TenancyOptions,
  agent: AgentRef,
  enabled: boolean,
  context: CommandContext,
): Promise<string> => change(options, agent, { type: 'SetEnabled', enabled }, context);

/** An archived agent is disabled and left out of lists, and stays as it is until it's taken back: disabled, then. */
export const setAgentArchived = (
  options: TenancyOptions,
  agent: AgentRef,
  archived: boolean,
  context: CommandContext,
): Promise<string> => change(options, agent, { type: 'SetArchived', archived }, context);
