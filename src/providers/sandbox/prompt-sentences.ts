export interface PromptSentence {
  readonly text: string;
  /** What it stands below: "Opening hours:"; empty for nothing. */
  readonly heading: string;
}

/** A prompt's sentences in order, without the marks of Markdown. A heading ends at an empty line, but for one right below it. */
export const promptSentences = (prompt: string): readonly PromptSentence[] => {
  const sentences: PromptSentence[] = [];
  let heading = '';
  for (const line of unwrappedLines(prompt)) {
    const plain = line.replace(BULLET, '').replace(EMPHASIS, '').trim();
    if (HEADING.test(plain)) heading = plain;
    else if (plain !== '') sentences.push(...sentencesIn(plain).map((text) => ({ text, heading })));
    else if (sentences.at(-1)?.heading === heading) heading = '';
  }
  return sentences;
};

const BULLET = /^[\s>]*(?:[-*•]|\d+[.)])\s+/;
const EMPHASIS = /[*_`]{2,}|`/g;
const HEADING = /^#|:$/;
const ENDS_SENTENCE = /[.!?:;。！？।]["”’')]*$/u;

/** Lines of this length were wrapped by an editor. */
const WRAPPED_CHARS = 60;

const unwrappedLines = (prompt: string): readonly string[] => {
  const lines: string[] = [];
  for (const line of prompt.split(/\r?\n/).map((each) => each.trimEnd())) {
    const previous = lines.at(-1) ?? '';
    const isOpen = previous !== '' && !HEADING.test(previous) && !ENDS_SENTENCE.test(previous);
    const mayContinue = line !== '' && !BULLET.test(line) && !HEADING.test(line);
    if (isOpen && mayContinue && (previous.length >= WRAPPED_CHARS || /^\s*\p{Ll}/u.test(line))) {
      lines[lines.length - 1] = `${previous} ${line.trimStart()}`;
    } else lines.push(line);
  }
  return lines;
};

const SENTENCE_END = /(?<=[.!?…]["”’')]*)\s+(?=["“„‘'(]*[\p{Lu}\p{Lo}\p{N}])|(?<=[。！？।]["”’')」]*)\s*/u;
const ABBREVIATION = /(?:^|[\s("])(?:dr|mr|mrs|ms|st|vs|no|approx|e\.g|i\.e|z\.\s?b|bzw|nr|str)\.$/i;

const sentencesIn = (line: string): readonly string[] => {
  const sentences: string[] = [];
  let begun = '';
  for (const piece of line.split(SENTENCE_END)) {
    begun = begun === '' ? piece : `${begun} ${piece}`;
    if (ABBREVIATION.test(begun)) continue;
    if (begun !== '') sentences.push(begun);
    begun = '';
  }
  return begun === '' ? sentences : [...sentences, begun];
};
