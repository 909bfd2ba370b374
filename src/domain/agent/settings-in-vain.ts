import { AppError, ErrorCode } from '../errors.js';
import type { CompleteSettings } from './defaults.js';
import type { ChosenStage, InstalledProviders } from './installed-providers.js';
import { MAX_CHOICE_CHARS } from './limits.js';
import { settingName } from './setting-names.js';

/** A setting that can be stored, but would never do anything. */
interface SettingInVain {
  readonly field: string;
  /** What is wrong, and the way out. */
  readonly message: string;
}

/**
 * Somebody expects something of a setting: what would do nothing is better refused than stored. Throws `BAD_USER_INPUT` for
 * the first one; but what stands in `before` as well may stay: it isn't what is being changed. `installed`: as in
 * `changeSettings`.
 */
export const refuseSettingsInVain = (
  settings: CompleteSettings,
  installed: InstalledProviders | null,
  before?: CompleteSettings,
): void => {
  const known = new Set(before && settingsInVain(before, installed).map(({ message }) => message));
  const fault = settingsInVain(settings, installed).find(({ message }) => !known.has(message));
  if (fault) throw new AppError(ErrorCode.BAD_USER_INPUT, fault.message, { field: fault.field });
};

const settingsInVain = (
  settings: CompleteSettings,
  installed: InstalledProviders | null,
): readonly SettingInVain[] => [
  ...wordlessEndPhrases(settings),
  ...hedgeWithoutOther(settings),
  ...blankTone(settings),
  ...silenceWithoutTime(settings),
  ...misnamedChoices(settings),
  ...doubledChoices(settings, installed),
  ...nobodyDecides(settings, installed),
];

/** As turn-taking finds words in what the caller says. */
const WORD = /[\p{L}\p{M}\p{N}]/u;

const wordlessEndPhrases = ({ endPhrases }: CompleteSettings): readonly SettingInVain[] =>
  (endPhrases ?? []).flatMap((phrase, at) => {
    if (WORD.test(phrase)) return [];
    const field = settingName('endPhrases', at);
    const message = `${field} is ${JSON.stringify(phrase)}: nobody can say it. Give it a word, or leave it out.`;
    return [{ field, message }];
  });

/** Behind a model that speaks itself is the agent's language model. */
const hedgeWithoutOther = ({
  hedgeAfterMs,
  languageModelFallbacks,
  speechToSpeech,
}: CompleteSettings): readonly SettingInVain[] => {
  if (hedgeAfterMs === null || languageModelFallbacks.length > 0 || speechToSpeech) return [];
  const field = settingName('hedgeAfterMs');
  const fallbacks = settingName('languageModelFallbacks');
  const message = `${field} is ${hedgeAfterMs}, but there is no other model to ask: name one in ${fallbacks}, or clear it.`;
  return [{ field, message }];
};

const blankTone = ({ voiceTone }: CompleteSettings): readonly SettingInVain[] => {
  if (voiceTone === null || voiceTone.trim() !== '') return [];
  const field = settingName('voiceTone');
  return [{ field, message: `${field} is empty: say how the voice is to sound, or clear it.` }];
};

/** Half-way through the silence the agent asks: a call that is shorter than that has none of it. */
const silenceWithoutTime = ({
  silenceTimeoutMs,
  maxDurationMs,
}: CompleteSettings): readonly SettingInVain[] => {
  const most = 2 * maxDurationMs;
  if (silenceTimeoutMs <= most) return [];
  const message = `silenceTimeoutMs is ${silenceTimeoutMs}, but the call ends after ${maxDurationMs} (maxDurationMs), before the agent would even ask: make it ${most} at most, or let calls be longer.`;
  return [{ field: 'silenceTimeoutMs', message }];
};

/** A provider would be asked in each call anew for a model or a voice without a name, or with one that none has. */
const misnamedChoices = (settings: CompleteSettings): readonly SettingInVain[] =>
  choicesOf(settings).flatMap(({ path, choice }) =>
    (['model', 'voice'] as const).flatMap((part) => {
      const field = settingName(...path, part);
      const fault = nameFault(choice[part]);
      return fault === null ? [] : [{ field, message: `${field} ${fault}` }];
    }),
  );

const nameFault = (name: string | null | undefined): string | null => {
  if (name == null) return null;
  if (name.trim() === '') return "is empty: name one, or clear it for the provider's own.";
  const length = name.length.toLocaleString('en-US');
  return name.length > MAX_CHOICE_CHARS
    ? `has ${length} characters: it may have ${MAX_CHOICE_CHARS} at most.`
    : null;
};

/** What can't go on can't go on in its own place: it would fail again, or be raced by itself. */
const doubledChoices = (
  settings: CompleteSettings,
  installed: InstalledProviders | null,
): readonly SettingInVain[] => {
  const known = new Set<string>();
  return choicesOf(settings).flatMap(({ stage, path, choice }) => {
    const resolved = { ...choice, model: modelOf(stage, choice, installed) };
    const key = JSON.stringify([stage, resolved.provider, resolved.model, resolved.voice ?? null]);
    const isKnown = known.has(key);
    known.add(key);
    if (!isKnown) return [];
    const field = settingName(...path);
    const message = `${field} is ${inWords(resolved)}, which stands before it already: when that can't go on, neither can this. Name another one, or leave it out.`;
    return [{ field, message }];
  });
};

/** Voice activity would decide instead, whoever hears the caller. A provider that isn't here may do it where it is. */
const nobodyDecides = (
  settings: CompleteSettings,
  installed: InstalledProviders | null,
): readonly SettingInVain[] => {
  if (settings.turnDetection !== 'provider' || !installed) return [];
  const listeners = choicesOf(settings).flatMap(({ stage, choice }) =>
    stage === 'speechToText' || stage === 'speechToSpeech' ? [{ stage, choice }] : [],
  );
  if (listeners.some(({ stage, choice }) => installed.decidesTurns(stage, choice) !== false)) return [];
  const names = listeners.map(({ stage, choice: { provider, ...choice } }) =>
    inWords({ provider, model: modelOf(stage, { provider, ...choice }, installed) }),
  );
  const different = [...new Set(names)];
  const who = `${different.join(' and ')} ${different.length === 1 ? "doesn't" : "don't"}`;
  const field = settingName('turnDetection');
  const message = `${field} is PROVIDER, but ${who} decide turns: name a speech-to-text or a speech-to-speech that does (docs/providers.md), or take VOICE_ACTIVITY.`;
  return [{ field, message }];
};

/** `null`: the provider's own, whichever that is. */
const modelOf = (
  stage: ChosenStage,
  { provider, model }: Choice,
  installed: InstalledProviders | null,
): string | null => model ?? installed?.defaultModel(stage, provider) ?? null;

const inWords = ({ provider, model, voice }: Choice): string =>
  `${provider}'s ${model ?? 'default model'}${voice == null ? '' : ` with the voice ${voice}`}`;

interface Choice {
  readonly provider: string;
  readonly model: string | null;
  readonly voice?: string | null;
}

interface PlacedChoice {
  readonly stage: ChosenStage;
  readonly path: readonly PropertyKey[];
  readonly choice: Choice;
}

const choicesOf = (settings: CompleteSettings): readonly PlacedChoice[] => {
  const stages = ['speechToText', 'languageModel', 'textToSpeech'] as const;
  const { speechToSpeech } = settings;
  const own = speechToSpeech ? [placed('speechToSpeech', ['speechToSpeech'], speechToSpeech)] : [];
  const firsts = stages.map((stage) => placed(stage, [stage], settings[stage]));
  const fallbacks = stages.flatMap((stage) => {
    const choices: readonly Choice[] = settings[`${stage}Fallbacks`];
    return choices.map((choice, at) => placed(stage, [`${stage}Fallbacks`, at], choice));
  });
  return [...firsts, ...own, ...fallbacks];
};

const placed = (stage: ChosenStage, path: readonly PropertyKey[], choice: Choice): PlacedChoice => ({
  stage,
  path,
  choice,
});
