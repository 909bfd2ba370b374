import { type AgentCommand, type AgentState, agentDecider } from '../domain/agent/decider.js';
import type { AgentSettings } from '../domain/agent/settings.js';
import { agentStream } from '../domain/stream.js';
import { execute } from '../ledger/execute.js';
import type { CommandContext } from '../ledger/ledger.js';
import { load } from '../ledger/load.js';
import { existing, type TenancyOptions } from './tenancy.js';

/** What a new agent has where its creator says nothing; `provider` is the installation's. */
export const defaultSettings = (provider: string): AgentSettings => ({
  language: 'en',
  greeting: '',
  systemPrompt: '',
  speechToText: { provider, model: null },
  languageModel: { provider, model: null, temperature: null, maxTokens: null },
  textToSpeech: { provider, model: null, voice: null },
  silenceTimeoutMs: 20_000,
  maxDurationMs: 1_800_000,
});

export interface NewAgent {
  readonly tenantId: string;
  readonly agentId: string;
  readonly name: string;
  readonly description: string | null;
  readonly createdBy: string;
  readonly settings: Partial<AgentSettings>;
}

export interface ChangedAgent {
  readonly version: number;
  readonly position: string;
}

/** A provider that isn't configured is refused here, not in the call. Throws `BAD_USER_INPUT`. */
const checkProviders = ({ providers }: TenancyOptions, settings: Partial<AgentSettings>): void => {
  if (settings.speechToText) providers.get('speechToText', settings.speechToText.provider);
  if (settings.languageModel) providers.get('languageModel', settings.languageModel.provider);
  if (settings.textToSpeech) providers.get('textToSpeech', settings.textToSpeech.provider);
};

/** Makes an agent with its first version, a draft. Returns the position. */
export const createAgent = async (
  options: TenancyOptions,
  { tenantId, agentId, name, description, createdBy, settings }: NewAgent,
  context: CommandContext,
): Promise<string> => {
  checkProviders(options, settings);
  const whole = { ...defaultSettings(options.providers.defaultName), ...settings };
  const command = {
    type: 'CreateAgent',
    agentId,
    name,
    description: description ?? undefined,
    createdBy,
    settings: whole,
  } as const;
  const stream = agentStream(tenantId, agentId);
  return existing(await execute(options.ledger, agentDecider, stream, command, context)).position;
};

interface AgentRef {
  readonly tenantId: string;
  readonly agentId: string;
}

const change = async (
  { ledger }: TenancyOptions,
  { tenantId, agentId }: AgentRef,
  command: AgentCommand,
  context: CommandContext,
): Promise<{ readonly state: AgentState; readonly position: string }> => {
  const executed = await execute(ledger, agentDecider, agentStream(tenantId, agentId), command, context);
  return { state: executed.state, position: existing(executed).position };
};

/** Drafts the next version: the latest one with these changes. Throws `CONFLICT` unless `expectedVersion` is the latest. */
export const draftAgentVersion = async (
  options: TenancyOptions,
  agent: AgentRef,
  {
    expectedVersion,
    changes,
  }: { readonly expectedVersion: number; readonly changes: Partial<AgentSettings> },
  context: CommandContext,
): Promise<ChangedAgent> => {
  checkProviders(options, changes);
  const command = { type: 'DraftVersion', expectedVersion, changes } as const;
  const { state, position } = await change(options, agent, command, context);
  return { version: state.versions.length, position };
};

/** Makes a version the one that new calls get. Throws `NOT_FOUND`, and `BAD_USER_INPUT` for a provider that isn't here. */
export const publishAgentVersion = async (
  options: TenancyOptions,
  agent: AgentRef,
  version: number,
  context: CommandContext,
): Promise<ChangedAgent> => {
  const { versions } = await load(options.ledger, agentDecider, agentStream(agent.tenantId, agent.agentId));
  checkProviders(options, versions[version - 1] ?? {});
  const { position } = await change(options, agent, { type: 'PublishVersion', version }, context);
  return { version, position };
};

/** A disabled agent answers no calls: callers hear a sentence. */
export const setAgentEnabled = async (
  options: TenancyOptions,
  agent: AgentRef,
  enabled: boolean,
  context: CommandContext,
): Promise<string> => (await change(options, agent, { type: 'SetEnabled', enabled }, context)).position;
