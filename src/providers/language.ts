/** What an agent speaks with its callers. BCP 47. */
export interface Languages {
  readonly language: string;
  /** Instead of it, where a provider doesn't know that; `null`: none. */
  readonly fallbackLanguage: string | null;
}

/** The language to ask a provider for: the fallback where that is known and the first isn't. */
export const knownLanguage = (
  { language, fallbackLanguage }: Languages,
  isKnown: (language: string) => boolean,
): string =>
  fallbackLanguage && !isKnown(language) && isKnown(fallbackLanguage) ? fallbackLanguage : language;

/** `en` of `en-US`. */
export const languageOf = (tag: string): string => tag.split('-')[0]?.toLowerCase() ?? tag;

/** Codes from a provider's list, for `knownLanguage`: a tag counts by its main part. */
export const anyOf = (codes: string): ((language: string) => boolean) => {
  const known = new Set(codes.split(' '));
  return (language) => known.has(languageOf(language));
};
