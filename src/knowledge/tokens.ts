import { createRequire } from 'node:module';

type Encoding = typeof import('gpt-tokenizer/encoding/cl100k_base');

/** Special tokens are a model's own: in a document, they are text as any other. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** Counting takes time by the square of a run's length (20,000 letters: 1.4 s). What has longer runs is counted in slices. */
const MAX_RUN = 128;

let encoding: Encoding | undefined;

/** The tables take 0.3 s and 40 MB: they are loaded when first something is counted. */
const loaded = (): Encoding => {
  encoding ??= createRequire(import.meta.url)('gpt-tokenizer/encoding/cl100k_base') as Encoding;
  return encoding;
};

/** As OpenAI's embedding models count (cl100k). Others count a little differently: a limit in these tokens is our own. */
export const countTokens = (text: string): number => {
  const { countTokens: count } = loaded();
  if (!hasLongRun(text)) return count(text, AS_TEXT);
  let tokens = 0;
  for (let at = 0; at < text.length; at += MAX_RUN) tokens += count(text.slice(at, at + MAX_RUN), AS_TEXT);
  return tokens;
};

/** Whether so many characters follow each other that are all white space, or all are not. */
const hasLongRun = (text: string): boolean => {
  let run = 0;
  let wasSpace = false;
  for (let n = 0; n < text.length; n++) {
    const isSpace = text.charCodeAt(n) <= 0x20;
    run = isSpace === wasSpace ? run + 1 : 1;
    if (run > MAX_RUN) return true;
    wasSpace = isSpace;
  }
  return false;
};
