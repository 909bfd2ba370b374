import type { CompleteSettings } from './defaults.js';
import { MAX_CHOICE_CHARS } from './limits.js';
import { settingName } from './setting-names.js';

/** A setting that can be stored, but would never do anything. */
interface SettingInVain {
  readonly field: string;
  /** What is wrong, and the way out. */
  readonly message: string;
}

/** Somebody expects something of a setting: what would do nothing is better refused than stored. */
export const settingsInVain = (settings: CompleteSettings): readonly SettingInVain[] => [
  ...wordlessEndPhrases(settings),
  ...hedgeWithoutOther(settings),
  ...misnamedChoices(settings),
  ...doubledChoices(settings),
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
const doubledChoices = (settings: CompleteSettings): readonly SettingInVain[] => {
  const known = new Set<string>();
  return choicesOf(settings).flatMap(({ path, choice }) => {
    const [stage = ''] = String(path[0]).split('Fallbacks');
    const isKnown = known.has(keyOf(stage, choice));
    known.add(keyOf(stage, choice));
    if (!isKnown) return [];
    const field = settingName(...path);
    const message = `${field} is a choice that stands before it already: when that can't go on, neither can this. Name another one, or leave it out.`;
    return [{ field, message }];
  });
};

const keyOf = (stage: string, { provider, model, voice = null }: Choice): string =>
  JSON.stringify([stage, provider, model, voice]);

interface Choice {
  readonly provider: string;
  readonly model: string | null;
  readonly voice?: string | null;
}

const choicesOf = (
  settings: CompleteSettings,
): readonly { readonly path: readonly PropertyKey[]; readonly choice: Choice }[] => {
  const { speechToText, languageModel, textToSpeech, speechToSpeech } = settings;
  const firsts = { speechToText, languageModel, textToSpeech, ...(speechToSpeech && { speechToSpeech }) };
  const { speechToTextFallbacks, languageModelFallbacks, textToSpeechFallbacks } = settings;
  const fallbacks = { speechToTextFallbacks, languageModelFallbacks, textToSpeechFallbacks };
  return [
    ...Object.entries<Choice>(firsts).map(([name, choice]) => ({ path: [name], choice })),
    ...Object.entries<readonly Choice[]>(fallbacks).flatMap(([name, choices]) =>
      choices.map((choice, at) => ({ path: [name, at], choice })),
    ),
  ];
};
