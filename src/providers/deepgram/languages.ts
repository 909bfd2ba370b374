import { anyOf, languageOf } from '../language.js';

/**
 * What `nova-3` has a model for, from Deepgram's changelogs up to August 2026. A region that isn't here is refused, and so
 * it's left out; for other languages there is `multi`, which guesses among ten.
 */
const NOVA_3 = new Set(
  (
    'en en-US en-AU en-GB en-IN en-NZ es es-419 fr fr-CA pt pt-BR pt-PT de de-CH nl nl-BE sv sv-SE da da-DK it tr no ' +
    'id bg cs fi hi hu ja ko ko-KR pl ru uk vi ca el et lv lt ms ro sk be bn bs hr kn mk mr sr sl ta te tl he fa ur ' +
    'th th-TH gu gu-IN af hy ka ne pa zh zh-CN zh-Hans zh-TW zh-Hant zh-HK'
  ).split(' '),
);

/** The `language` of a v1 model for a BCP 47 tag. */
export const novaLanguage = (model: string, language: string): string => {
  if (NOVA_3.has(language)) return language;
  const base = languageOf(language);
  return !model.startsWith('nova-3') || NOVA_3.has(base) ? base : 'multi';
};

/** What `flux-general-multi` hears; `flux-general-en` knows English alone, and refuses a hint. */
const isFluxMulti = anyOf('en es fr de hi ru pt ja it nl');

/** The `language_hint` of a Flux model; `null`: none is taken. */
export const fluxLanguageHint = (model: string, language: string): string | null =>
  model.includes('multi') && isFluxMulti(language) ? languageOf(language) : null;

/** Whether the model hears a language (BCP 47). Of the models before `nova-3`, Deepgram alone knows. */
export const isHeardBy = (model: string, language: string): boolean => {
  if (model.startsWith('nova-3')) return NOVA_3.has(languageOf(language));
  return model.startsWith('flux-') ? fluxLanguageHint(model, language) !== null : true;
};
