import type { z } from 'zod';
import { AppError, ErrorCode } from '../errors.js';
import { E164_HINT } from '../phone-number.js';
import { type CompleteSettings, settingDefaults } from './defaults.js';
import { agentEvents } from './events.js';
import type { InstalledProviders } from './installed-providers.js';
import { settingRanges } from './limits.js';
import { settingName } from './setting-names.js';
import { refuseSettingsInVain } from './settings-in-vain.js';

/** The settings that are a group as they are stored, too. */
export const stages = ['speechToText', 'languageModel', 'textToSpeech'] as const;
type Stage = (typeof stages)[number];

/** What somebody wants to be different: what is absent stays, `null` clears. Of a stage each field by itself. */
export type SettingsChanges = {
  readonly [K in keyof CompleteSettings]?:
    | (K extends Stage
        ? { readonly [F in keyof CompleteSettings[K]]?: CompleteSettings[K][F] | null }
        : CompleteSettings[K])
    | null
    | undefined;
};

const { greeting, systemPrompt, recordingConsent, endPhrases, voiceSettings } = settingDefaults;
const { speechToTextFallbacks, languageModelFallbacks, textToSpeechFallbacks } = settingDefaults;

/** What is left of a setting that is cleared, where that isn't `null`: these begin empty, too. */
const cleared: Partial<CompleteSettings> = {
  greeting,
  systemPrompt,
  recordingConsent,
  endPhrases,
  voiceSettings,
  speechToTextFallbacks,
  languageModelFallbacks,
  textToSpeechFallbacks,
};

/**
 * The settings with the changes. Another provider begins anew: a model and a voice are the old one's. Throws
 * `BAD_USER_INPUT` that names the setting, its value and what it may be. `installed`: `null` where settings are judged by
 * themselves.
 */
export const changeSettings = (
  settings: CompleteSettings,
  changes: SettingsChanges,
  installed: InstalledProviders | null = null,
): CompleteSettings => {
  const changed: Record<string, unknown> = { ...settings };
  for (const [name, value] of Object.entries(changes)) {
    if (value !== undefined) changed[name] = value ?? cleared[name as keyof CompleteSettings] ?? null;
  }
  for (const stage of stages) {
    const change = changes[stage];
    if (change) changed[stage] = changeStage(settings[stage], change);
  }
  if (changes.voiceSettings === undefined && isOther(settings.textToSpeech, changes.textToSpeech)) {
    changed.voiceSettings = voiceSettings;
  }
  const after = checked(changed);
  refuseSettingsInVain(after, installed, settings);
  return after;
};

interface Choice {
  readonly provider?: string | null | undefined;
}

const isOther = (choice: Choice, change: Choice | null | undefined): boolean =>
  change?.provider != null && change.provider !== choice.provider;

const changeStage = (choice: Choice, change: Choice): object => {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  if (!isOther(choice, change)) return { ...choice, ...given };
  const own = { model: null, ...('voice' in choice ? { voice: null } : {}) };
  return { ...choice, ...own, ...given };
};

/** As the ledger would refuse it, but in a user's words. */
const checked = (settings: Readonly<Record<string, unknown>>): CompleteSettings => {
  const { error } = agentEvents.AgentVersionDrafted.writeSchema.safeParse({ ...settings, version: 1 });
  const issue = error?.issues[0];
  if (!issue) return settings as CompleteSettings;
  const field = settingName(...issue.path);
  const value = issue.path.reduce<unknown>(
    (at, name) => (at as Record<PropertyKey, unknown>)[name],
    settings,
  );
  throw new AppError(ErrorCode.BAD_USER_INPUT, `${field} ${fault(issue, value)}`, { field });
};

const count = (value: unknown): string => Number(value).toLocaleString('en-US');

const fault = (issue: z.core.$ZodIssue, value: unknown): string => {
  if (value === null) return "can't be cleared: leave it out, or give it a value.";
  const name = issue.path.findLast((part) => typeof part === 'string') as keyof typeof settingRanges;
  const range = typeof value === 'number' ? settingRanges[name] : undefined;
  if (range) return `is ${value}: it must be from ${count(range.min)} to ${count(range.max)}.`;
  if (issue.code === 'too_big') {
    const { length } = value as string | readonly unknown[];
    const unit = typeof value === 'string' ? 'characters' : 'entries';
    return `has ${count(length)} ${unit}: it may have ${count(issue.maximum)} at most.`;
  }
  if (issue.code === 'too_small') return 'is empty: leave it out, or say something.';
  if (issue.code === 'invalid_format') {
    const format = issue.path[0] === 'transferTo' ? E164_HINT : 'it must be a BCP 47 tag, as en or de-AT';
    return `is ${JSON.stringify(value)}: ${format}.`;
  }
  return `is ${JSON.stringify(value)}, which it can't be: ${issue.message}.`;
};
