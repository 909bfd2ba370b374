import type { SpeechRequest } from './text-to-speech.js';

type Settings = SpeechRequest['voiceSettings'];
type Value = Settings[string];

/** What one of a provider's own settings may be. */
export type VoiceSetting =
  | { readonly type: 'number'; readonly least: number; readonly most: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'string' };

/** By the provider's names. */
export type VoiceSettings = Readonly<Record<string, VoiceSetting>>;

/**
 * Those of an agent's settings that a provider knows, by its own names; others, and those that it would refuse, are left:
 * they may be meant for the provider that this one stands in for.
 */
export const knownSettings = <N extends string>(
  settings: Settings,
  known: Readonly<Record<N, VoiceSetting>>,
): Partial<Record<N, Value>> => {
  const entries = Object.entries(settings).filter(
    ([name, value]) => Object.hasOwn(known, name) && faultOf(value, known[name as N]) === null,
  );
  return Object.fromEntries(entries) as Partial<Record<N, Value>>;
};

/** Why a provider that has the settings `known` can't take one; `null`: it can. A sentence without its subject. */
export const settingFault = (
  provider: string,
  name: string,
  value: Value,
  known: VoiceSettings,
): string | null => {
  const setting = Object.hasOwn(known, name) ? known[name] : undefined;
  if (setting) return faultOf(value, setting);
  const names = Object.keys(known).join(', ');
  return `is no setting of ${provider}: ${names ? `it has ${names}` : 'it has none of its own'}.`;
};

const faultOf = (value: Value, setting: VoiceSetting): string | null => {
  const is = `is ${JSON.stringify(value)}: it must be`;
  if (setting.type !== 'number') return typeof value === setting.type ? null : `${is} a ${setting.type}.`;
  const { least, most } = setting;
  const isWithin = typeof value === 'number' && value >= least && value <= most;
  return isWithin ? null : `${is} a number from ${least} to ${most}.`;
};

/** A speed within what the provider takes: it would refuse others, and the caller would hear nothing. */
export const speedWithin = (speed: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, speed));
