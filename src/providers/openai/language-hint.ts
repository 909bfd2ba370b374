/**
 * The codes that `gpt-transcribe` accepted when somebody tried all of Whisper's in July 2026; the gpt-4o models refuse
 * others too (`eu`). A refused code is a 400, a missing one is a guess by the model.
 */
const ACCEPTED = new Set(
  (
    'af ar az be bg bn bs ca cs cy da de el en es et fa fi fr gl gu he hi hr hu hy id is it ja ka kk kn ko lt lv ' +
    'mi mk ml mr ms ne nl no pl pt ro ru sk sl sr sv sw ta te th tl tr uk ur vi yue zh'
  ).split(' '),
);

/** The fields that tell a transcription model the language (BCP 47), or none where OpenAI doesn't know it. */
export const languageHint = (
  model: string,
  language: string,
): { readonly language?: string; readonly languages?: string[] } => {
  const code = language.split('-')[0]?.toLowerCase() ?? '';
  if (!ACCEPTED.has(code)) return {};
  // `gpt-transcribe` ignores `language` without a word.
  return model.startsWith('gpt-transcribe') ? { languages: [code] } : { language: code };
};
