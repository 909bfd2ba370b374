import type { SpeechRequest } from './text-to-speech.js';

type Settings = SpeechRequest['voiceSettings'];
type Kind = 'number' | 'boolean' | 'string';

/** Those of an agent's settings that a provider knows, by its own names; others, and those of another type, are left. */
export const knownSettings = <N extends string>(
  settings: Settings,
  known: Readonly<Record<N, Kind>>,
): Partial<Record<N, number | boolean | string>> => {
  const entries = Object.entries(settings).filter(
    ([name, value]) => Object.hasOwn(known, name) && typeof value === known[name as N],
  );
  return Object.fromEntries(entries) as Partial<Record<N, number | boolean | string>>;
};

/** A speed within what the provider takes: it would refuse others, and the caller would hear nothing. */
export const speedWithin = (speed: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, speed));
