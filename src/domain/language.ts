/** A BCP 47 tag, as far as platforms for speech use it: `en`, `de-AT`, `zh-Hant-TW`. */
export const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

export const DEFAULT_LANGUAGE = 'en';

/** The entry of a language by its main part, `de` of `de-AT`; English where there is none. */
export const byLanguage = <T>(
  entries: { readonly en: T } & Readonly<Record<string, T>>,
  language: string,
): T => entries[language.split('-')[0] ?? ''] ?? entries.en;
