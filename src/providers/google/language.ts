/** Google's models and voices belong to a region: `de-DE` for `de`. */
export const withRegion = (tag: string): string => {
  const { language, region } = new Intl.Locale(tag).maximize();
  return region ? `${language}-${region}` : language;
};

/** The same for what is heard, where Chinese has a name of its own. */
export const heardLanguage = (tag: string): string => {
  const { language, script, region } = new Intl.Locale(tag).maximize();
  return language === 'zh' ? `cmn-${script ?? 'Hans'}-${region ?? 'CN'}` : withRegion(tag);
};
