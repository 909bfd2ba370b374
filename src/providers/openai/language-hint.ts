import { anyOf, languageOf } from '../language.js';

/**
 * The codes that `gpt-transcribe` accepted when somebody tried all of Whisper's in July 2026; the gpt-4o models refuse
 * others too (`eu`). A refused code is a 400, a missing one is a guess by the model.
 */
export const isAccepted = anyOf(
  'af ar az be bg bn bs ca cs cy da de el en es et fa fi fr gl gu he hi hr hu hy id is it ja ka kk kn ko lt lv ' +
    'mi mk ml mr ms ne nl no pl pt ro ru sk sl sr sv sw ta te th tl tr uk ur vi yue zh',
);

/** The fields that tell a transcription model the language (BCP 47), or none where OpenAI doesn't know it. */
export const languageHint = (
  model: string,
  language: string,
): { readonly language?: string; readonly languages?: string[] } => {
  if (!isAccepted(language)) return {};
  const code = languageOf(language);
  // `gpt-transcribe` ignores `language` without a word; `gpt-live-transcribe` takes a list, too.
  return /^gpt-(live-)?transcribe/.test(model) ? { languages: [code] } : { language: code };
};
