import { isDeepStrictEqual } from 'node:util';
import { stages } from './change-settings.js';
import type { CompleteSettings } from './defaults.js';
import { settingName } from './setting-names.js';

/** A setting that two versions of an agent differ in. */
export interface SettingDifference {
  /** As people name it: `languageModel.temperature`. */
  readonly field: string;
  /** `null` also where the text is erased. */
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs, setting by setting, in the order of their names; a list is compared as a whole. */
export const compareSettings = (
  before: CompleteSettings,
  after: CompleteSettings,
): readonly SettingDifference[] => {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  return [...is.keys()]
    .sort()
    .filter((field) => !isDeepStrictEqual(was.get(field), is.get(field)))
    .map((field) => ({ field, before: was.get(field) ?? null, after: is.get(field) ?? null }));
};

const leavesOf = (settings: CompleteSettings): ReadonlyMap<string, unknown> => {
  const leaves = new Map<string, unknown>();
  const grouped: readonly string[] = stages;
  for (const [name, value] of Object.entries(settings)) {
    if (!grouped.includes(name)) leaves.set(settingName(name), value);
  }
  for (const stage of stages) {
    for (const [field, value] of Object.entries(settings[stage]))
      leaves.set(settingName(stage, field), value);
  }
  return leaves;
};
